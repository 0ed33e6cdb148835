/** Debian's Chromium, driven over its pipe (--remote-debugging-pipe): no library, and no port that another program could open. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** Not part of what the tests install: some hundred megabytes for a few lines. With it they take part. */
export function whyNoChromium(): string | undefined {
  try {
    execFileSync('chromium', ['--version']);
    return undefined;
  } catch {
    return 'there is no Chromium: apt-get install chromium';
  }
}

export type Tab = Awaited<ReturnType<typeof openTab>>;

/** One tab with a profile of its own. What it is asked for fails after `patience` milliseconds. */
export async function openTab({ patience = 30_000 } = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'bootdev-chromium-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--ignore-certificate-errors',
  ];
  const browser = spawn(
    'chromium',
    [...flags, `--user-data-dir=${profile}`, '--remote-debugging-pipe', 'about:blank'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise((resolve) => browser.once('exit', resolve));
  const ask = conversation(browser.stdio[3] as Writable, browser.stdio[4] as Readable, patience);
  const { targetInfos } = (await ask('Target.getTargets')) as { targetInfos: { targetId: string; type: string }[] };
  const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
  const { sessionId } = (await ask('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string };
  const inTab = (method: string, params = {}) => ask(method, params, sessionId);
  await inTab('Page.enable');
  await inTab('Emulation.setDeviceMetricsOverride', { width: 1200, height: 900, deviceScaleFactor: 1, mobile: false });

  /** What a script of the page says, awaited. Throws what it throws. */
  async function run<Result>(script: string): Promise<Result> {
    const params = { expression: `(async () => { ${script} })()`, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await inTab('Runtime.evaluate', params)) as {
      result: { value: Result };
      exceptionDetails?: { exception?: { description?: string } };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** Until a condition of the page is true; a page that is being left has none. */
  async function until(condition: string): Promise<void> {
    for (const end = performance.now() + patience; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
      if (await run(`return Boolean(${condition})`).catch(() => false)) return;
      if (performance.now() > end)
        throw new Error(
          `not within ${patience} ms: ${condition}\n${await run('return document.body.innerText.slice(0, 2000)')}`,
        );
    }
  }

  /** Goes to another page by `start`. Chromium gives up what it asks for when a network of the computer changes, as of another test: again then. */
  async function go(start: () => Promise<unknown>): Promise<void> {
    const leaves = async (begin: () => Promise<unknown>) => {
      await run('window.isOld = true');
      await begin();
      await until('!window.isOld && document.readyState === "complete"');
    };
    await leaves(start);
    for (let n = 0; n < 10 && (await run('return location.protocol')) === 'chrome-error:'; n++)
      await leaves(() => inTab('Page.reload'));
  }

  return {
    run,
    until,
    open: (url: string) => go(() => inTab('Page.navigate', { url })),
    /** Does what leads to another page. */
    leave: (script: string) => go(() => run(`setTimeout(() => { ${script} })`)),
    /** What a person would see, as a PNG. */
    async picture(file: string): Promise<void> {
      const { data } = (await inTab('Page.captureScreenshot', { format: 'png' })) as { data: string };
      await writeFile(file, Buffer.from(data, 'base64'));
    },
    /** A file of this computer for an input of the page. */
    async choose(selector: string, files: string[]): Promise<void> {
      const { root } = (await inTab('DOM.getDocument')) as { root: { nodeId: number } };
      const { nodeId } = (await inTab('DOM.querySelector', { nodeId: root.nodeId, selector })) as { nodeId: number };
      await inTab('DOM.setFileInputFiles', { nodeId, files });
    },
    async close(): Promise<void> {
      await ask('Browser.close').catch(() => browser.kill());
      await ended;
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Messages end with a zero byte; an answer has its question's number. */
function conversation(to: Writable, from: Readable, patience: number) {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let number = 0;
  let rest = '';
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const { id, result, error } of messages.map((message) => JSON.parse(message))) {
      if (error) waiting.get(id)?.reject(new Error(error.message));
      else waiting.get(id)?.resolve(result);
      waiting.delete(id);
    }
  });
  return (method: string, params = {}, sessionId?: string) =>
    new Promise((resolve, reject) => {
      const id = ++number;
      const timer = setTimeout(() => reject(new Error(`${method}: no answer within ${patience} ms`)), patience);
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(timer);
          settle(value);
        };
      waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      to.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
}
