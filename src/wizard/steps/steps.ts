import type { Detected } from '../../project/detection/detection.ts';
import type { Applications, Step } from '../step.ts';
import { application } from './application.ts';
import { aws } from './aws.ts';
import { database } from './database.ts';
import { name } from './name.ts';
import { review } from './review.tsx';
import { size } from './size.ts';
import { storage } from './storage.ts';

/** Of the folder, and of this computer's kernel, where that can be seen. */
export type Known = Partial<Detected> & { ipvs?: boolean };

/** In the order of the questions. `folderName`: the site's name when none is typed. */
export const stepsFor = (
  folderName: string,
  applications: Applications,
  { found, engine, unmet, ipvs }: Known = {},
): readonly Step[] => [
  name(folderName),
  application(applications, found),
  size(ipvs),
  database(engine),
  storage,
  aws,
  review(unmet),
];
