/** State in the memory of one machine, and sessions in its files. */
import { callsOf } from '../calls.ts';
import type { Inspected, Mark } from '../finding.ts';

const counters = new Set(['apcu_inc', 'apcu_dec', 'apcu_cas', 'apc_inc', 'apc_dec', 'apc_cas']);
const adders = new Set(['apcu_add', 'apc_add']);
const stores = new Set(['apcu_store', 'apc_store', 'xcache_set', 'wincache_ucache_set']);
const systemV = new Set(['sem_get', 'shm_attach', 'shmop_open', 'msg_get_queue']);
const sessions = new Set([
  ...['session_save_path', 'session_module_name', 'ini_set'],
  ...['new nativefilesessionhandler', 'new strictsessionhandler'],
]);
const jobs = new Set(['spawn_cron', 'wp_cron']);
const names = new Set([...counters, ...adders, ...stores, ...systemV, ...sessions, ...jobs]);

export function* memory(seen: Inspected): Generator<Mark> {
  for (const { name, at, args, word } of callsOf(seen, names)) {
    if (counters.has(name) || systemV.has(name)) yield { rule: 'memory', at };
    else if (adders.has(name)) {
      // A value that may be made again is a cache, which each machine may have.
      const key = args[0]?.map(({ text }) => text).join(' ') ?? '';
      if (/lock|mutex|semaphore|limit|throttle|attempt/i.test(key)) yield { rule: 'memory', at };
    } else if (stores.has(name)) {
      if (seen.name === 'object-cache.php') yield { rule: 'object-cache', at };
    } else if (jobs.has(name)) yield { rule: 'cron', at };
    else if (name === 'new nativefilesessionhandler') yield { rule: 'session', at };
    else yield* session(name, at, args.length, word);
  }
}

function* session(
  name: string,
  at: number,
  count: number,
  word: (index: number) => string | undefined,
): Generator<Mark> {
  if (name === 'session_module_name' && word(0) === 'files') yield { rule: 'session', at };
  if (name === 'session_save_path' && count > 0) yield { settled: 'session-folder', at };
  if (name !== 'ini_set') return;
  if (word(0) === 'session.save_handler' && word(1) === 'files') yield { rule: 'session', at };
  if (word(0) === 'session.save_path') yield { settled: 'session-folder', at };
}
