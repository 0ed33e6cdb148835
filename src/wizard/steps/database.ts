import type { Needs } from '../../project/detection/needs.ts';
import type { Step } from '../step.ts';
import { offer } from './offer.ts';

/** `engine`: what speaks for one of them. */
export const database = (engine?: Needs['engine']): Step => ({
  title: 'database',
  why: engine
    ? `Proposed: ${engine.name} (${engine.because}). Here and as RDS in your AWS account it is the same series with the same configuration.`
    : 'The server for your data, here and as RDS in your AWS account: the same series and the same configuration. Connections are encrypted, and the site has its own database user.',
  fields: () => [
    offer('database.engine', {
      key: 'database',
      label: 'Database',
      options: [
        { value: 'mysql', label: 'MySQL 9.7', note: 'long-term support' },
        { value: 'mariadb', label: 'MariaDB 11.8' },
      ],
    }),
  ],
});
