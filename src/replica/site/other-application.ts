import { join } from 'node:path';
import { readApplications } from '../../project/applications.ts';
import { codeFolder } from '../../project/code-folder.ts';
import type { Context } from '../../project/context.ts';
import { detectApplication } from '../../project/detection.ts';

/** Where the folder holds another application than the settings say: then it has neither its rules nor its settings. */
export async function otherApplication({
  dir,
  settings: { application, code },
  sources,
  ownCode,
  io,
}: Context): Promise<{ text: string; hint: string } | undefined> {
  if (code.path === '') return undefined;
  const folder = await codeFolder(dir, code.path, ownCode);
  const applications = readApplications(sources.docker);
  const found = await detectApplication((path) => io.files.readHead(join(folder.path, path)), applications);
  // An index.php alone may be anybody's.
  if (!found || found.application === 'php' || found.application === application) return undefined;
  const title = [applications.get(found.application)?.title, found.version].filter(Boolean).join(' ');
  return {
    text: `The code is ${title} (${found.because}), but the settings say application: ${application}.`,
    hint: `in bootdev.yaml: application: ${found.application}${found.docroot === code.docroot ? '' : `, code.docroot: "${found.docroot}"`}`,
  };
}
