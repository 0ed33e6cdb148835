import { join } from 'node:path';
import { exitCode, UserError } from '../../errors.ts';
import type { Code } from '../../site/check/cluster/check-cluster.ts';
import { type Call, findFolder, hasSettings, openProject, openReplica, show } from '../call.ts';
import type { Command } from '../command.ts';

export const check: Command<{ cluster?: boolean }> = {
  name: 'check',
  description: 'Check the code for two machines, or a page',
  arguments: { '[url]': 'A page: an address, or a path of the replica such as /news' },
  options: { '--cluster': "Look through the site's code for what breaks on two web machines" },

  async run(call) {
    const [url] = call.args;
    const { cluster = false } = call.flags;
    if (cluster === (url !== undefined)) {
      throw new UserError(cluster ? '--cluster looks at the code, and takes no address.' : 'What is to be checked?', {
        hint: 'bootdev check --cluster, or bootdev check /   (an address, or a path of the site)',
        code: exitCode.usage,
      });
    }
    return url === undefined ? checkCode(call) : checkUrl(call, url);
  },
};

async function checkCode(call: Call): Promise<boolean> {
  const { checkCluster } = await import('../../site/check/cluster/check-cluster.ts');
  const dir = await findFolder(call);
  return show(
    checkCluster((await hasSettings(dir)) ? await configuredCode(call) : await detectedCode(dir, call)),
    call,
  );
}

async function configuredCode(call: Call): Promise<Code> {
  const { readApplication } = await import('../../project/applications.ts');
  const { codeFolder } = await import('../../project/code-folder.ts');
  const { dir, settings, sources, ownCode, signal } = await openProject(call);
  const { application, code, site } = settings;
  const about = readApplication(application, sources.docker);
  if (about.code) {
    throw new UserError(`The code of ${about.title} is bootdev's own: there is nothing of yours to check.`, {
      hint: 'set application, code.path and code.docroot to your own: bootdev help init',
      code: exitCode.usage,
    });
  }
  const { path: folder } = await codeFolder(dir, code.path, ownCode);
  return { folder, docroot: code.docroot, application, about, hosts: [site.domain], signal };
}

/** Without a bootdev.yaml: what the folder's files say. */
async function detectedCode(dir: string, { signal }: Call): Promise<Code> {
  const { readHead, realPath } = await import('../../io/files.ts');
  const { namesIn, readFolder } = await import('../../io/folder.ts');
  const { packageRoot } = await import('../../io/environment/package.ts');
  const { readApplications } = await import('../../project/applications.ts');
  const { findApplication } = await import('../../project/detection/detection.ts');
  const { folderOf } = await import('../../project/detection/folder.ts');
  const applications = readApplications(await readFolder(join(packageRoot, 'docker')));
  const found = await findApplication(folderOf(dir, { readHead, namesIn }).read, applications);
  const about = found && applications.get(found.application as Parameters<typeof applications.get>[0]);
  if (!found || !about) {
    throw new UserError(`Nothing in ${dir} says which application it is.`, {
      hint: 'bootdev -C FOLDER check --cluster, with the folder of the code',
      code: exitCode.usage,
    });
  }
  return { folder: await realPath(dir), docroot: found.docroot, application: found.application, about, signal };
}

async function checkUrl(call: Call, url: string): Promise<boolean> {
  const { checkPage } = await import('../../site/check/page/check-page.ts');
  const { placeOf } = await import('../../site/check/page/places.ts');
  const isPath = url.startsWith('/');
  const replica = isPath || (await hasSettings(await findFolder(call))) ? await openReplica(call) : undefined;
  return show(checkPage(placeOf(url, replica), call.signal), call);
}
