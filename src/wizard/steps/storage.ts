import type { Step } from '../step.ts';
import { offer } from './offer.ts';

export const storage: Step = {
  title: 'search and files',
  why: 'Solr finds words in many pages without a load on the database. Every web machine must see every uploaded file: Gluster keeps two copies on machines of their own and survives the loss of one; a shared volume is lighter.',
  fields: () => [
    offer('search.engine', {
      key: 'search',
      label: 'Search',
      options: [
        { value: 'solr', label: 'Solr 9' },
        { value: 'none', label: 'Off' },
      ],
    }),
    offer('files.store', {
      key: 'files',
      label: 'Files',
      options: [
        { value: 'gluster', label: 'Gluster', note: 'two copies' },
        { value: 'volume', label: 'Shared volume' },
      ],
    }),
  ],
};
