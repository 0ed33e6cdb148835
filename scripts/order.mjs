// The order of test files where two run side by side: the longest first, so that none runs alone at the end.
import { BaseSequencer } from 'vitest/node';

const longest = ['test/docker/gluster.test.ts'];

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const place = ({ moduleId }) => {
      const at = longest.findIndex((path) => moduleId.endsWith(path));
      return at < 0 ? longest.length : at;
    };
    return [...files].sort((a, b) => place(a) - place(b));
  }
}
