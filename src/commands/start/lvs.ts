import type { ChoiceFlags } from '../../lesson/choice.ts';
import { type Call, show, showEvent } from '../call.ts';
import type { Command } from '../command.ts';
import { wholeNumber } from '../flags.ts';
import { canDraw } from './start.ts';

interface LvsFlags extends ChoiceFlags {
  plain?: boolean;
  explain?: boolean;
  record?: string;
}

export const lvs: Command<LvsFlags> = {
  name: 'lvs',
  description: "Learn LVS, the kernel's load balancer, by doing",
  options: {
    '--scheduler <names>':
      'Scheduler: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed or nq; two with a comma stand side by side (default: wlc)',
    '--mode <name>': 'The way of the packets: fullnat, nat, dr or tun (default: fullnat)',
    '--weights <numbers>': 'Of two or three servers (default: 3,1)',
    '--load <name>': 'Connections: short, held, from 30 sources, or to 30 destinations (default: held)',
    '--connections <number>': { description: 'How many (default: 80 held, 200 short, else 150)', parse: wholeNumber },
    '--plain': 'Print one measured table instead of the screen',
    '--explain': 'Print what is known of it; nothing is measured, no Docker is needed',
    '--record <file>': 'Record the screen, for asciinema',
  },

  async run(call) {
    const { readChoice } = await import('../../lesson/choice.ts');
    const choice = readChoice(call.flags);
    const { plain = false, explain = false, record, json } = call.flags;
    if (explain) {
      const { explain: explained } = await import('../../lesson/explain.ts');
      return showEvent({ type: 'lesson', lesson: explained(choice) }, call);
    }
    const deps = await openDeps(call);
    if (plain || json || !canDraw(call)) {
      if (record !== undefined) await refuseRecord();
      const verb = await import('../../lesson/lesson.ts');
      return show(verb.lesson(deps, choice), call);
    }
    const { runLesson } = await import('../../lesson/screen/run.tsx');
    return runLesson(deps, choice, { record, prepare: (events) => show(events, call) });
  },
};

async function refuseRecord(): Promise<never> {
  const { exitCode, UserError } = await import('../../errors.ts');
  const hint = 'bootdev lvs --record lesson.cast   (in a terminal)';
  throw new UserError('--record records the screen, and there is none.', { hint, code: exitCode.usage });
}

async function openDeps({ signal }: Call) {
  const { makeIo } = await import('../../io/io.ts');
  const { packageRoot } = await import('../../io/environment/package.ts');
  const { readSources } = await import('../../project/sources.ts');
  const { thisHost } = await import('../../host/host.ts');
  const [host, sources] = await Promise.all([thisHost(), readSources(packageRoot)]);
  return { io: makeIo(), host, sources, packageRoot, signal };
}
