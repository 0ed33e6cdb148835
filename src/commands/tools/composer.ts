import { tool } from './tool.ts';

export const composer = tool({ name: 'composer', description: 'Run Composer in the folder of the code', on: 'code' });
