import { siteName } from '../site-name.ts';
import type { Step } from '../step.ts';

export const name = (folderName: string): Step => ({
  title: 'name',
  why: 'Machines, volumes and later the stacks on AWS are named after it, and the site is at <name>.localhost. Two projects may have the same name: each folder has its own machines.',
  fields: () => [
    { kind: 'text', key: 'name', label: 'Name', placeholder: folderName, path: 'site.name', suggest: siteName },
  ],
});
