import { basename, join, resolve } from 'node:path';
import { render } from 'ink';
import { Interrupted } from '../errors.ts';
import { packageRoot } from '../io/environment/package.ts';
import { exists, readHead } from '../io/files.ts';
import { namesIn, readFolder } from '../io/folder.ts';
import { readApplications } from '../project/applications.ts';
import { detect } from '../project/detection/detection.ts';
import { folderOf } from '../project/detection/folder.ts';
import { CapabilitiesContext } from '../screen/live/Lines.tsx';
import { chooseCapabilities, type Environment } from '../screen/mode.ts';
import { loadWideText } from '../screen/width.ts';
import { writeSettings } from '../settings/write.ts';
import { settingsInput, type WizardState } from './answers.ts';
import { siteName } from './site-name.ts';
import type { Applications } from './step.ts';
import type { Known } from './steps/steps.ts';
import { Wizard } from './Wizard.tsx';

interface WizardOptions {
  /** The folder for bootdev.yaml; its name is the site's default name. */
  dir: string;
  signal: AbortSignal;
  stdin?: NodeJS.ReadStream;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
  env?: Environment;
}

/** Asks on the screen (chooseMode: 'ink'), and at the end writes a complete bootdev.yaml or nothing. */
export async function runWizard(options: WizardOptions): Promise<'written' | 'cancelled'> {
  const {
    dir,
    signal,
    stdin = process.stdin,
    stdout = process.stdout,
    stderr = process.stderr,
    env = process.env,
  } = options;
  const applications = readApplications(await readFolder(join(packageRoot, 'docker')));
  const detected = await detect(folderOf(dir, { readHead, namesIn }), applications);
  const answered = await ask(
    siteName(basename(resolve(dir))),
    { applications, detected: { ...detected, ...(await kernel()) } },
    { signal, stdin, stdout, env },
  );
  if (answered.outcome !== 'confirmed') {
    stderr.write('Cancelled; nothing was written.\n');
    return 'cancelled';
  }
  await writeSettings(dir, settingsInput(answered));
  for (const { text, hint } of detected.unmet) stderr.write(`${text}\n  → ${hint}\n`);
  stderr.write('Wrote bootdev.yaml\n');
  return 'written';
}

async function ask(
  folderName: string,
  known: { applications: Applications; detected: Known },
  { signal, stdin, stdout, env }: Required<Pick<WizardOptions, 'signal' | 'stdin' | 'stdout' | 'env'>>,
): Promise<WizardState> {
  await loadWideText();
  if (signal.aborted) throw stopped();
  let ink: ReturnType<typeof render> | undefined;
  let stop: () => void = () => undefined;
  try {
    return await new Promise<WizardState>((resolve, reject) => {
      stop = () => reject(stopped());
      signal.addEventListener('abort', stop);
      const wizard = (
        <CapabilitiesContext.Provider value={chooseCapabilities(stdout, env)}>
          <Wizard folderName={folderName} {...known} onEnd={resolve} />
        </CapabilitiesContext.Provider>
      );
      ink = render(wizard, { stdin, stdout, exitOnCtrlC: false, patchConsole: false });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    ink?.clear(); // removes the questions; one line is written instead
    ink?.unmount();
    await ink?.waitUntilExit();
  }
}

const stopped = () => new Interrupted('nothing was written');

/** On another platform it is Docker's own machine's: `up` asks that. */
async function kernel(): Promise<Pick<Known, 'ipvs'>> {
  if (process.platform !== 'linux') return {};
  return { ipvs: await exists('/proc/net/ip_vs') };
}
