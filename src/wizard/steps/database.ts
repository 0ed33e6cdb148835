import type { Step } from '../step.ts';
import { offer } from './offer.ts';

export const database: Step = {
  title: 'database',
  why: 'The server for your data, here and as RDS in your AWS account: the same series and the same configuration. Connections are encrypted, and the site has its own database user.',
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
};
