import type { Found } from '../../project/detection/detection.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Applications, Field, Step } from '../step.ts';
import { offer } from './offer.ts';

const choose = (applications: Applications, found: Found | undefined) =>
  offer('application', {
    key: 'application',
    label: 'Application',
    options: [...applications].map(([value, { title, description: note }]) => ({
      ...{ value, label: title },
      ...(value === found?.application ? { note: foundNote(found) } : note ? { note } : {}),
    })),
  });

const foundNote = ({ version }: Found) => `found here${version ? `: ${version}` : ''}`;

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

export function application(applications: Applications, found?: Found): Step {
  const choice = choose(applications, found);
  return {
    title: 'application',
    why: found
      ? `${found.because} says what the folder holds. The application decides nginx' rules, cron and how the site gets its database settings; none of the folder's files is changed.`
      : "The application decides nginx' rules, cron and how the site gets its database settings. The sample site tests every machine with real requests; you can add your own code later.",
    fields: ({ application: name }) =>
      applications.get(name as Settings['application'])?.code ? [choice] : [choice, ...code],
  };
}
