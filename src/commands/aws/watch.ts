import { exitCode, UserError } from '../../errors.ts';
import { ask, isInteractive } from '../../io/terminal.ts';
import { type Call, show } from '../actions.ts';
import { notInteractive } from '../usage.ts';
import { type CloudFlags, openCloud } from './open-cloud.ts';

export async function watch(call: Call<CloudFlags>) {
  const { cloud } = await openCloud(call);
  const verb = await import('../../cloud/watch.ts');
  return show(verb.watch(cloud), call);
}

export async function cancel(call: Call<CloudFlags & { yes?: boolean }>) {
  const { yes = false, json } = call.flags;
  const { cloud } = await openCloud(call);
  const verb = await import('../../cloud/watch.ts');
  const { seen, question } = await verb.cancellable(cloud);
  if (!yes && (json || !isInteractive())) throw notInteractive('bootdev promote --cancel --yes');
  if (!yes && !(await ask(question, call.signal))) throw new UserError('It goes on.', { code: exitCode.usage });
  return show(verb.cancel(cloud, seen), call);
}
