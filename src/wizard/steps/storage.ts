import type { Step } from '../step.ts';
import { offer } from './offer.ts';

export const storage: Step = {
  title: 'search and files',
  why: 'Every web machine must see every uploaded file: on one shared volume, or on Gluster, which keeps two copies on machines of their own. Solr finds words in many pages without a load on the database.',
  fields: () => [
    offer('search.engine', {
      key: 'search',
      label: 'Search',
      options: [
        { value: 'none', label: 'Off' },
        { value: 'solr', label: 'Solr 9' },
      ],
    }),
    offer('files.store', {
      key: 'files',
      label: 'Files',
      options: [
        { value: 'volume', label: 'Shared volume' },
        { value: 'gluster', label: 'Gluster', note: 'two copies' },
      ],
    }),
  ],
};
