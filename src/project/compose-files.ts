import type { Settings } from '../settings/schema.ts';

/** The files of compose/ that make this replica: the base, then the chosen file of each alternative. */
export function composeFiles({ balancer, cdn, code, database, files, search }: Settings): string[] {
  return [
    'compose.yaml',
    cdn.enabled ? 'cdn.yaml' : 'no-cdn.yaml',
    code.mode === 'live' ? 'code-live.yaml' : 'code-volume.yaml',
    `${database.engine}.yaml`,
    files.store === 'gluster' ? 'gluster.yaml' : 'files-volume.yaml',
    ...(balancer.directors === 2 ? ['directors.yaml'] : []),
    ...(balancer.kind === 'lvs' ? lvsFiles(balancer, cdn) : []),
    ...(search.engine === 'solr' ? ['solr.yaml'] : []),
  ];
}

function lvsFiles({ directors, mode }: Settings['balancer'], cdn: Settings['cdn']): string[] {
  return [
    'lvs.yaml',
    directors === 2 ? 'lvs-directors.yaml' : 'lvs-director.yaml',
    `lvs-${mode}.yaml`,
    ...(mode === 'nat' && cdn.enabled ? ['lvs-nat-cdn.yaml'] : []),
  ];
}
