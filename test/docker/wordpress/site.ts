/** Debian's WordPress as the code of a project, without installing anything on this machine. */
import { copyFile, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/**
 * Makes `code`: below it web/ with WordPress, without a wp-config.php, beside it the scripts of this folder. Returns why it cannot, where there is no Debian archive to take it from.
 */
export async function debianWordPress(code: string): Promise<string | undefined> {
  const work = await mkdtemp(join(tmpdir(), 'bootdev-wordpress-'));
  try {
    const packages = await download(work);
    if (!packages) return "Debian's package wordpress cannot be downloaded here (apt-get download wordpress)";
    for (const file of packages) await execa('dpkg-deb', ['--extract', join(work, file), join(work, 'root')]);
    const wordpress = join(work, 'root/usr/share/wordpress');
    await rm(join(wordpress, '.htaccess')); // a link to Apache's configuration
    await mkdir(code, { recursive: true });
    await cp(wordpress, join(code, 'web'), { recursive: true, dereference: true });
    await rm(join(code, 'web/wp-config.php')); // Debian's own, which looks for others below /etc
    for (const script of ['hour-later.php', 'loopback.php', 'network.php', 'object-cache.php'])
      await copyFile(join(import.meta.dirname, script), join(code, script));
    await copyFile(join(import.meta.dirname, 'cache.php'), join(code, 'web/cache.php'));
    return undefined;
  } finally {
    await rm(work, { recursive: true });
  }
}

/** The package, its default theme, and the packages that its links point into; undefined where apt has none of them. */
async function download(folder: string): Promise<string[] | undefined> {
  const apt = (...args: string[]) => execa(args[0] as string, args.slice(1), { cwd: folder, reject: false });
  let list = await apt('apt-cache', 'depends', 'wordpress');
  if (list.exitCode !== 0 && process.getuid?.() === 0) {
    await apt('apt-get', 'update', '-qq');
    list = await apt('apt-cache', 'depends', 'wordpress');
  }
  const others = [...(list.stdout ?? '').matchAll(/: (libjs-\S+|php-getid3|wordpress-theme-\S+)/g)];
  const { exitCode } = await apt(
    'apt-get',
    'download',
    '-qq',
    'wordpress',
    ...others.map(([, name]) => name as string),
  );
  return exitCode === 0 ? readdir(folder) : undefined;
}
