import { completeSettings, type Settings } from '../../settings/schema.ts';
import type { Step } from '../step.ts';
import { offer } from './offer.ts';

const option = (value: Settings['size'], label: string) => ({ value, label, note: memoryOf(value) });

/** '2 web machines, 2.5 GB': from the preset itself, so that it stays correct. */
function memoryOf(size: Settings['size']): string {
  const { web, admin, database, memcached } = completeSettings({ size });
  const total = web.count * web.memory + admin.memory + database.memory + memcached.count * memcached.memory;
  return `${web.count} web machines, ${(total / 1024).toFixed(1)} GB`;
}

export const size: Step = {
  title: 'size',
  why: 'The most memory the machines may use here. PHP workers, opcode cache and database buffers are calculated from it, with the same formula as on AWS. Each number can be set separately in bootdev.yaml.',
  fields: () => [
    offer('size', {
      key: 'size',
      label: 'Size',
      options: [option('small', 'Small'), option('medium', 'Medium'), option('large', 'Large')],
    }),
  ],
};
