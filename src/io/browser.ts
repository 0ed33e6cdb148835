import { execa } from 'execa';

const opener: Partial<Record<NodeJS.Platform, string[]>> = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };

/** Opens a URL in the browser. False when this machine has none (a server, a container). */
export async function browse(url: string): Promise<boolean> {
  const [command = 'xdg-open', ...args] = opener[process.platform] ?? ['xdg-open'];
  const { exitCode } = await execa(command, [...args, url], { reject: false, stdio: 'ignore', timeout: 5_000 });
  return exitCode === 0;
}
