import type { Output, Run } from '../../../src/io/command.ts';
import type { FakeEngine } from '../engine.ts';

/** The few calls of the docker client that are no compose. */
export const fakeRun =
  (engine: FakeEngine): Run =>
  async (_program, args): Promise<Output> => {
    const ended = (stdout: string) => ({ stdout, stderr: '', exitCode: 0 });
    const [verb, noun] = args;
    const image = args.at(verb === 'run' ? -2 : -1) ?? '';
    if (verb === 'image' && noun === 'inspect')
      return engine.images.has(image) ? ended('packages|0') : { stdout: '', stderr: 'No such image', exitCode: 1 };
    if (verb === 'context' && noun === 'inspect') return ended(`${engine.address}\n`);
    if (verb === 'tag') {
      engine.images.set(image, engine.images.get(args[1] ?? '') ?? '');
      return ended('');
    }
    if (verb === 'run') {
      if (!engine.images.has(image)) return { stdout: '', stderr: `Unable to find image '${image}'`, exitCode: 125 };
      engine.did.push('probe');
      return ended(engine.canMount ? 'yes' : 'no: mount: Operation not permitted');
    }
    throw new Error(`the fake engine does not know: docker ${args.join(' ')}`);
  };
