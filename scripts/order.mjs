// The order of test files where several run side by side: the longest first, so that none runs alone at the end.
import { BaseSequencer } from 'vitest/node';

/** Of minutes each; the order among them matters little. */
const longest = [
  'qemu/power-on',
  'instance/boot',
  'docker/gluster',
  'docker/database',
  'scenarios/kill',
  'scenarios/light',
  'scenarios/whole',
  'instance/promote',
  'scenarios/live',
  'scenarios/deploy',
  'docker/cron',
  'scenarios/up',
  'lvs/schedulers',
  'docker/warm',
  'docker/mariadb',
  'promote/failures',
  'promote/shipped',
  'promote/terminal',
];

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const place = ({ moduleId }) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
      return at < 0 ? longest.length : at;
    };
    return [...files].sort((a, b) => place(a) - place(b));
  }
}
