import type { Settings } from '../settings/schema.ts';

/** The files of compose/ that make this replica: the base, then the chosen file of each alternative. */
export function composeFiles({ balancer, cdn, code, database, files, search }: Settings): string[] {
  return [
    'compose.yaml',
    cdn.enabled ? 'cdn.yaml' : 'no-cdn.yaml',
    code.mode === 'live' ? 'code-live.yaml' : 'code-volume.yaml',
    `${database.engine}.yaml`,
    files.store === 'gluster' ? 'gluster.yaml' : 'files-volume.yaml',
    ...(balancer.kind === 'lvs'
      ? [
          'lvs.yaml',
          `lvs-${balancer.mode}.yaml`,
          ...(balancer.mode === 'nat' && cdn.enabled ? ['lvs-nat-cdn.yaml'] : []),
        ]
      : []),
    ...(balancer.directors === 2 ? ['directors.yaml'] : []),
    ...(search.engine === 'solr' ? ['solr.yaml'] : []),
  ];
}
