import type { Step } from '../step.ts';
import { offer } from './offer.ts';

export const storage: Step = {
  title: 'search and files',
  why: 'Solr searches many pages without load on the database. Every web machine needs every uploaded file: Gluster keeps two copies on separate machines and survives the loss of one; a shared volume needs less memory.',
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
