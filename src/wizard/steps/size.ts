import { completeSettings, type Settings } from '../../settings/schema.ts';
import type { Step } from '../step.ts';
import { offer } from './offer.ts';

const option = (value: Settings['size'], label: string) => ({ value, label, note: memoryOf(value) });

/** '2 web machines, 2.5 GB': read off the preset, so that it stays true. */
function memoryOf(size: Settings['size']): string {
  const { web, admin, database, memcached } = completeSettings({ size });
  const total = web.count * web.memory + admin.memory + database.memory + memcached.count * memcached.memory;
  return `${web.count} web machines, ${(total / 1024).toFixed(1)} GB`;
}

export const size: Step = {
  title: 'size',
  why: 'Memory the machines may use at most here. PHP workers, opcode cache and database buffers follow from it by the formula that AWS gets too. Each number can be set by itself in bootdev.yaml.',
  fields: () => [
    offer('size', {
      key: 'size',
      label: 'Size',
      options: [option('small', 'Small'), option('medium', 'Medium'), option('large', 'Large')],
    }),
  ],
};
