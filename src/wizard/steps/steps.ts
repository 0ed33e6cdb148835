import type { Detected } from '../../project/detection/detection.ts';
import type { Applications, Step } from '../step.ts';
import { application } from './application.ts';
import { aws } from './aws.ts';
import { database } from './database.ts';
import { name } from './name.ts';
import { review } from './review.tsx';
import { size } from './size.ts';
import { storage } from './storage.ts';

/** In the order of the questions. `folderName`: the site's name when none is typed. */
export const stepsFor = (
  folderName: string,
  applications: Applications,
  { found, engine, unmet }: Partial<Detected> = {},
): readonly Step[] => [
  name(folderName),
  application(applications, found),
  size,
  database(engine),
  storage,
  aws,
  review(unmet),
];
