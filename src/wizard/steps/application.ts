import type { Settings } from '../../settings/schema.ts';
import type { Applications, Field, Step } from '../step.ts';
import { offer } from './offer.ts';

const choose = (applications: Applications) =>
  offer('application', {
    key: 'application',
    label: 'Application',
    options: [...applications].map(([value, { title, description: note }]) => ({
      ...{ value, label: title },
      ...(note ? { note } : {}),
    })),
  });

const code: readonly Field[] = [
  { kind: 'text', key: 'codePath', label: 'Code', placeholder: 'this folder', path: 'code.path' },
  {
    kind: 'text',
    key: 'docroot',
    label: 'Docroot',
    placeholder: 'all of it; or web, public …',
    path: 'code.docroot',
  },
];

export function application(applications: Applications): Step {
  const choice = choose(applications);
  return {
    title: 'application',
    why: "The application decides nginx' rules, cron and how the site gets its database settings. The sample site tests every machine with real requests; you can add your own code later.",
    fields: ({ application: name }) =>
      applications.get(name as Settings['application'])?.code ? [choice] : [choice, ...code],
  };
}
