/** Addresses that mean one machine, or one installation. */
import type { Inspected, Mark } from '../finding.ts';
import { isSign } from '../php/expression.ts';

const ownNetwork = /\bhttps?:\/\/(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b/;

export function* addresses({ source, hosts, kind }: Inspected): Generator<Mark> {
  const { tokens } = source;
  const own = kind === 'settings' ? undefined : patternOf(hosts);
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== 'string' && token?.kind !== 'html') continue;
    if (ownNetwork.test(token.text) || own?.test(token.text)) yield { rule: 'address', at };
    if (/^(?:SERVER_ADDR|LOCAL_ADDR)$/.test(token.text) && decides(seenFrom(tokens, at))) yield { rule: 'address', at };
    else if (token.kind === 'string' && /^https?:\/\/\{\$_SERVER\[['"]?SERVER_ADDR/.test(token.text))
      yield { rule: 'address', at };
  }
}

/** As an address, not as a part of another name. */
function patternOf(hosts: readonly string[]): RegExp | undefined {
  if (hosts.length === 0) return undefined;
  const names = hosts.map((host) => host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`//(?:${names.join('|')})(?![\\w.-]*\\w)`, 'i');
}

/** The machine's own address in a comparison, or in an address that is made: in a report for people it does no harm. */
const decides = ({ before, after, text }: Surroundings): boolean =>
  [before, after].some((sign) => /^[!=]==?$/.test(sign)) || (before === '.' && /:\/\/$/.test(text));

interface Surroundings {
  before: string;
  after: string;
  /** The string before that. */
  text: string;
}

/** Around `$_SERVER['…']`, whose string is at `at`. */
function seenFrom(tokens: Inspected['source']['tokens'], at: number): Surroundings {
  const isServer = isSign(tokens[at - 1], '[') && tokens[at - 2]?.text === '$_SERVER';
  if (!isServer) return { before: '', after: '', text: '' };
  return { before: tokens[at - 3]?.text ?? '', after: tokens[at + 2]?.text ?? '', text: tokens[at - 4]?.text ?? '' };
}
