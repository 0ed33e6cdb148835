import { tool } from './tool.ts';

export const drush = tool({ name: 'drush', description: 'Run the drush of the code, as the site', on: 'site' });
