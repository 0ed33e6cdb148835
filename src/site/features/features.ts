/** `bootdev features`: a row for each feature of the product's list. `works` says only what a request of this moment has shown. */
import { makeBundle } from '../../bundle/bundle.ts';
import type { Event } from '../../events.ts';
import { readApplication } from '../../project/applications.ts';
import { codeFolder } from '../../project/code-folder.ts';
import type { Context } from '../../project/context.ts';
import { folderOf } from '../../project/detection/folder.ts';
import { modulesIn } from '../../project/detection/modules.ts';
import { findMachines } from '../../replica/find.ts';
import { describe } from '../../replica/status.ts';
import { askMachine } from './ask.ts';
import { features, type Site } from './list.ts';
import { type Answer, rowOf } from './row.ts';
import { visit } from './visit.ts';

/** False: a request showed that something does not work. */
export async function* listFeatures(context: Context): AsyncGenerator<Event, boolean> {
  const { settings, sources, own, project } = context;
  const application = readApplication(settings.application, sources.docker);
  const site = { settings, ownFiles: own.files.size };
  const machines = await findMachines(context);
  const running = [...machines.values()].some(({ state }) => state === 'running');
  const on = features.filter((feature) => feature.asked && !feature.off?.(site));
  const modules = await modulesOf(context);
  // One after the other: what a visitor's request reads from memcached is not to be counted with what the site's does.
  const visited = running ? await visit(context, application) : [];
  const asked = running ? await askMachine(context, machines, application, on) : undefined;
  const configuration = running && own.files.size > 0 ? await ownConfiguration(context, site) : [];
  const answers = asked && new Map([...visited, ...asked.answers, ...configuration]);
  const known = { ...site, application, modules, enabled: asked?.enabled, secrets: asked?.secrets, answers };
  const rows = features.map((feature) => rowOf(feature, known));
  yield { type: 'features', features: { project, application: application.title, running, rows } };
  return rows.every(({ state }) => state !== 'fails');
}

/** Modules of the code for any feature. */
async function modulesOf({ dir, settings: { application: name, code }, sources, ownCode, io }: Context) {
  if (code.path === '') return [];
  const application = readApplication(name, sources.docker);
  const names = Object.values(application.features).flatMap((feature) => feature.modules);
  const folder = folderOf((await codeFolder(dir, code.path, ownCode)).path, io.files);
  return modulesIn(application, [...new Set(names)], { folder, docroot: code.docroot });
}

/** Own files are active where every machine, asked now, has the bundle that they are part of. */
async function ownConfiguration(context: Context, { ownFiles }: Site): Promise<Map<string, Answer>> {
  const { settings, sources, own } = context;
  const bundle = makeBundle(settings, sources.docker, own);
  const { machines } = await describe(context, bundle, {}, { recompute: true });
  const others = machines.filter(({ digest, desired }) => digest !== desired).map(({ name }) => name);
  const files = `${ownFiles} ${ownFiles === 1 ? 'file' : 'files'} of bootdev/`;
  const answer: Answer =
    others.length === 0
      ? { state: 'works', text: `${files}, in the digest of live files of all ${machines.length} machines` }
      : { state: 'fails', text: `not with the desired files: ${others.join(', ')}`, next: 'bootdev up' };
  return new Map([['own-configuration', answer]]);
}
