import { tool } from './tool.ts';

export const php = tool({ name: 'php', description: 'Run PHP as the site, in the folder of the code', on: 'site' });
