import type { Host } from './host.ts';

/**
 * The address this machine has its Debian packages from (`archive` '-security': those updates), as apt itself
 * understands the source lists in either form; undefined when they name no Debian.
 */
export async function debianSource(host: Host, signal?: AbortSignal, archive: '' | '-security' = '') {
  const desired = `${host.distro.codename}${archive}`;
  const format = '$(REPO_URI) $(COMPONENT) $(RELEASE) $(CODENAME) $(ORIGIN)';
  const targets = await host.run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], { signal });
  const sources = targets.stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(
      ([, component, release, codename]) => component === 'main' && (release === desired || codename === desired),
    );
  // Origins are known only after an `apt-get update`; other vendors use Debian's code names too.
  const [uri] = sources.find((fields) => fields[4] === 'Debian') ?? sources[0] ?? [];
  return uri && /^[a-z+]+:[\w./:@~%+-]+$/.test(uri) ? uri : undefined;
}
