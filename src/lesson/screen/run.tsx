/** The lesson in a terminal: machines are started, keys choose what is measured, the end deletes the machines. */
import { once } from 'node:events';
import { render } from 'ink';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import { CapabilitiesContext } from '../../screen/live/Lines.tsx';
import { chooseCapabilities } from '../../screen/mode.ts';
import { loadWideText } from '../../screen/width.ts';
import { type Choice, mostServers } from '../choice.ts';
import type { Deps } from '../deps.ts';
import { makeImage } from '../image.ts';
import { type Lab, openLab } from '../machines.ts';
import { type Bench, measure, newBench } from '../measure.ts';
import type { KeyAction } from './keys.ts';
import { LessonScreen } from './LessonScreen.tsx';
import { type Recording, record, recorded } from './record.ts';
import { type Action, begin, type LessonState, reduce } from './state.ts';

interface LessonOptions {
  /** The file to record to from the beginning. */
  record?: string | undefined;
  /** Shows what is done before the screen can be drawn. */
  prepare: <Result>(events: AsyncGenerator<Event, Result>) => Promise<Result>;
  stdin?: NodeJS.ReadStream;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
}

/** Connections in a second: slow enough to watch. */
const rate = 20;

/** Until q or Ctrl-C. Throws UserError where the kernel has no LVS. */
export async function runLesson(deps: Deps, choice: Choice, options: LessonOptions): Promise<void> {
  const { stdin = process.stdin, stdout = process.stdout, stderr = process.stderr } = options;
  const lab = await options.prepare(open(deps, choice));
  const screen = new LessonRun(choice, { stdin, stdout });
  try {
    await loadWideText();
    if (options.record !== undefined) screen.startRecording(options.record);
    screen.draw();
    await screen.work(deps, newBench(lab));
  } finally {
    await screen.end();
    stderr.write('Deleting the machines of the lesson …\n');
    await lab.close();
  }
}

async function* open(deps: Deps, { schedulers }: Choice): AsyncGenerator<Event, Lab> {
  yield { type: 'begin', verb: 'lvs', project: '' };
  const image = yield* makeImage(deps);
  return yield* openLab(deps, image, { schedulers, weights: Array.from({ length: mostServers }, () => 1) });
}

class LessonRun {
  private state: LessonState;
  private ink: ReturnType<typeof render> | undefined;
  private recording: Recording | undefined;
  /** Ends what is measured now. */
  private current = new AbortController();
  private readonly stdin: NodeJS.ReadStream;
  private readonly stdout: NodeJS.WriteStream;
  private readonly onResize = () => this.recording?.resize(this.stdout.columns, this.stdout.rows);

  constructor(choice: Choice, { stdin, stdout }: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream }) {
    this.state = begin(choice);
    this.stdin = stdin;
    this.stdout = stdout;
    stdout.on('resize', this.onResize);
  }

  draw(): void {
    const tree = (
      <CapabilitiesContext.Provider value={chooseCapabilities(this.stdout, process.env)}>
        <LessonScreen state={this.state} dispatch={this.dispatch} />
      </CapabilitiesContext.Provider>
    );
    const stdout = recorded(this.stdout, () => this.recording);
    if (this.ink) this.ink.rerender(tree);
    else this.ink = render(tree, { stdin: this.stdin, stdout, exitOnCtrlC: false, patchConsole: false });
  }

  private update(action: Action): void {
    this.state = reduce(this.state, action);
    this.draw();
  }

  private readonly dispatch = (action: KeyAction): void => {
    if (action.do === 'interrupt') process.kill(process.pid, 'SIGINT');
    else if (action.do === 'record') this.toggleRecording();
    else {
      const { round } = this.state;
      this.update(action);
      if (this.state.over || this.state.round !== round) this.current.abort();
    }
  };

  /** Measures what is chosen, again and again. */
  async work(deps: Deps, bench: Bench): Promise<void> {
    while (!this.state.over && !deps.signal.aborted) {
      this.current = new AbortController();
      const signal = AbortSignal.any([this.current.signal, deps.signal]);
      try {
        for await (const { lesson, complete } of measure(deps, bench, this.state.choice, { signal, rate })) {
          if (signal.aborted) break;
          this.update({ do: 'measured', lesson });
          if (!complete) continue;
          this.update({ do: 'ended' });
          await aborted(signal); // what is held is held until something else is chosen
        }
      } catch (error) {
        if (signal.aborted) continue;
        if (!(error instanceof UserError)) throw error;
        this.update({ do: 'failed', message: error.message, hint: error.hint });
        await aborted(signal);
      }
    }
  }

  startRecording(file: string): void {
    const { columns, rows } = this.stdout;
    this.recording = record(file, { columns: columns || 80, rows: rows || 24 });
    this.state = reduce(this.state, { do: 'recording', file });
  }

  private toggleRecording(): void {
    if (this.recording) {
      this.update({ do: 'recording' });
      this.recording.end();
      this.recording = undefined;
      return;
    }
    try {
      this.startRecording(`bootdev-lvs-${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}.cast`);
      this.draw();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.update({ do: 'failed', message: error.message, hint: error.hint });
    }
  }

  async end(): Promise<void> {
    this.stdout.off('resize', this.onResize);
    this.ink?.unmount();
    await this.ink?.waitUntilExit();
    this.recording?.end();
    this.recording = undefined;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
