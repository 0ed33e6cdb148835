import type { Settings } from '../../settings/schema.ts';
import type { Applications, Field, Step } from '../step.ts';
import { offer } from './offer.ts';

const choose = (applications: Applications) =>
  offer('application', {
    key: 'application',
    label: 'Application',
    options: [
      ...[...applications].map(([value, { title, description: note }]) => ({
        ...{ value, label: title },
        ...(note ? { note } : {}),
      })),
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

export function application(applications: Applications): Step {
  const choice = choose(applications);
  return {
    title: 'application',
    why: "It decides nginx' rules, cron and how the site learns its database. The sample tests every machine by real requests; your own code can come later.",
    fields: ({ application: name }) =>
      applications.get(name as Settings['application'])?.code ? [choice] : [choice, ...code],
  };
}
