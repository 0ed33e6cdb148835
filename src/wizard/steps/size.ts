import { totalMemory } from '../../machines/table.ts';
import type { Settings } from '../../settings/schema.ts';
import { machinesOf } from '../answers.ts';
import type { Answers, Step } from '../step.ts';
import { offer } from './offer.ts';

/** '2 web machines, 5.3 GB': the limits of all machines chosen so far, as the engine gets them. */
function noteOf(size: Settings['size'], answers: Answers): string {
  const settings = machinesOf({ answers: { ...answers, size } });
  return `${settings.web.count} web machines, ${(totalMemory(settings) / 1024).toFixed(1)} GB`;
}

/** `ipvs`: whether this computer's kernel has it, where that can be seen. */
export const size = (ipvs?: boolean): Step => ({
  title: 'size',
  why: 'The most memory the machines may use here; at rest a small site without search and Gluster takes 0.9 GB. PHP workers, opcode cache and database buffers are calculated from it, with the same formula as on AWS. Each number can be set separately in bootdev.yaml.',
  fields: (answers) => {
    const option = (value: Settings['size'], label: string) => ({ value, label, note: noteOf(value, answers) });
    const options = [option('small', 'Small'), option('medium', 'Medium'), option('large', 'Large')];
    const note =
      ipvs === false ? 'no IPVS in this kernel: haproxy would distribute' : "the kernel's own, for connections";
    const kinds = [
      { value: 'haproxy', label: 'haproxy', note: 'as an ALB does' },
      { value: 'lvs', label: 'LVS', note },
    ];
    return [
      offer('size', { key: 'size', label: 'Size', options }),
      offer('balancer.kind', { key: 'balancer', label: 'Load balancer', options: kinds }),
    ];
  },
});
