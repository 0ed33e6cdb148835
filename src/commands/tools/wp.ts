import { tool } from './tool.ts';

export const wp = tool({ name: 'wp', description: 'Run the WP-CLI of the code, as the site', on: 'site' });
