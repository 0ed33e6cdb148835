import { join } from 'node:path';
import { readApplication, readApplications } from '../../project/applications.ts';
import { codeFolder } from '../../project/code-folder.ts';
import { type Missing, missingFromPlatform } from '../../project/composer/platform.ts';
import type { Context } from '../../project/context.ts';
import { findApplication } from '../../project/detection/detection.ts';
import { folderOf } from '../../project/detection/folder.ts';
import { noticesOf } from '../../project/detection/notices.ts';
import type { Settings } from '../../settings/schema.ts';

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
  const found = await findApplication((path) => io.files.readHead(join(folder.path, path)), applications);
  if (!found || found.application === application || applications.get(found.application)?.detect.unsure)
    return undefined;
  const title = [applications.get(found.application)?.title, found.version].filter(Boolean).join(' ');
  return {
    text: `The code is ${title} (${found.because}), but the settings say application: ${application}.`,
    hint: `in bootdev.yaml: application: ${found.application}${found.docroot === code.docroot ? '' : `, code.docroot: "${found.docroot}"`}`,
  };
}

/** What the code asks for and the machines do not have, or do in another way. */
export async function unmet({ dir, settings, sources, ownCode, io }: Context): Promise<Missing[]> {
  const { application, code } = settings;
  if (code.path === '') return [];
  const folder = folderOf((await codeFolder(dir, code.path, ownCode)).path, io.files);
  const notices = noticesOf(readApplication(application, sources.docker), code.docroot, folder, settings);
  return [...(await missingFromPlatform(folder.read)), ...(await notices)];
}

/** Where the application does not run on the database that the settings say. */
export function engineNotice(
  { application, database: { engine } }: Settings,
  docker: ReadonlyMap<string, Buffer>,
): { text: string; hint: string } | undefined {
  const { title, databases } = readApplication(application, docker);
  const why = databases[engine];
  if (!why) return undefined;
  const other = engine === 'mysql' ? 'mariadb' : 'mysql';
  return {
    text: `${title} does not run on database.engine ${engine}: ${why}.`,
    hint: `in bootdev.yaml: database: { engine: ${other} }   (docs/database.md)`,
  };
}
