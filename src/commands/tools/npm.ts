import { tool } from './tool.ts';

export const npm = tool({ name: 'npm', description: 'Run npm in the folder of the code', on: 'code' });
