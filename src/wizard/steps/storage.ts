import type { Step } from '../step.ts';

export const storage: Step = {
  title: 'search and files',
  why: 'Every web machine must see every uploaded file. Here that is one shared volume; the replicated store and the search server are machines of their own and come with a later version.',
  fields: () => [
    {
      kind: 'choice',
      key: 'search',
      label: 'Search',
      options: [
        { value: 'none', label: 'Off' },
        { value: 'solr', label: 'Solr 9', later: true },
      ],
    },
    {
      kind: 'choice',
      key: 'files',
      label: 'Files',
      options: [
        { value: 'volume', label: 'Shared volume' },
        { value: 'gluster', label: 'Gluster', note: 'two copies', later: true },
      ],
    },
  ],
};
