import type { Field, Step } from '../step.ts';
import { offer } from './offer.ts';

const choice = offer('application', {
  key: 'application',
  label: 'Application',
  options: [
    { value: 'sample', label: 'Sample site', note: 'shows each part at work' },
    { value: 'wordpress', label: 'WordPress' },
    { value: 'php', label: 'Other PHP', note: 'with one front controller' },
    { value: 'drupal', label: 'Drupal, Backdrop' },
  ],
});

const code: readonly Field[] = [
  { kind: 'text', key: 'codePath', label: 'Code', placeholder: 'this folder', path: 'code.path' },
  {
    kind: 'text',
    key: 'docroot',
    label: 'Served part',
    placeholder: 'all of it; or web, public …',
    path: 'code.docroot',
  },
];

export const application: Step = {
  title: 'application',
  why: "It decides nginx' rules, cron and how the site learns its database. The sample tests every machine by real requests; your own code can come later.",
  fields: ({ application }) => (application === 'sample' ? [choice] : [choice, ...code]),
};
