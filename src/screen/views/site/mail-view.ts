/** What arrived of the mails of a test, and what waits to be sent. */
import { formatDuration } from '../../../duration.ts';
import type { MailQueue, MailTest } from '../../../events.ts';
import { blank, clean, type Line, span } from '../../line.ts';
import { pad } from '../../width.ts';
import { count, icons } from '../../words.ts';

export function mailTestLines(tests: readonly MailTest[]): Line[] {
  return tests.flatMap((test, at) => [...(at > 0 ? [blank] : []), ...testLines(test)]);
}

function testLines({
  machine,
  arrived,
  problem = '',
  seconds = 0,
  way,
  envelope = '',
  headers = [],
  url,
}: MailTest): Line[] {
  const { glyph, tone } = icons[arrived ? 'done' : 'failed'];
  const head = (text: string): Line => [span(glyph, tone), span(` ${machine}  `, 'strong'), span(clean(text))];
  if (!arrived) return [head(problem), [span('  next  bootdev mail, bootdev logs', 'dim')]];
  const rows = [
    { name: 'Envelope', value: `from ${envelope}` },
    ...headers.map(({ name, value }) => ({ name, value: value.replace(/\s+/g, ' ') })),
  ];
  const width = Math.max(...rows.map(({ name }) => name.length));
  return [
    head(`${way === 'queue' ? 'arrived from the queue' : 'sent at once'}, there after ${formatDuration(seconds)}`),
    ...rows.map(({ name, value }): Line => [span(`  ${pad(name, width)}  `, 'dim'), span(clean(value))]),
    ...(url ? [[span(`  ${pad('', width)}  `), span(url, 'accent')] as Line] : []),
  ];
}

export function mailQueueLines({ waiting, oldest = 0, refusal, failed, failure }: MailQueue): Line[] {
  const ago = (seconds: number) => `${formatDuration(seconds)} ago`;
  return [
    waiting === 0
      ? [span('No mail waits.')]
      : [
          span(`${count(waiting, 'mail')} ${waiting === 1 ? 'waits' : 'wait'}`, 'work'),
          span(` for up to ${formatDuration(oldest)}`),
        ],
    ...(refusal ? [[span(`  the mail server, ${ago(refusal.ago)}: `, 'dim'), span(clean(refusal.words))] as Line] : []),
    ...(failed > 0
      ? [
          [
            span(`${count(failed, 'mail')} failed for good`, 'bad'),
            span('  /srv/files/private/.mail/failed on admin', 'dim'),
          ] as Line,
        ]
      : []),
    ...(failure && failed > 0
      ? [[span(`  the mail server, ${ago(failure.ago)}: `, 'dim'), span(clean(failure.words))] as Line]
      : []),
    ...(waiting + failed > 0 ? [[span('next  bootdev mail retry', 'dim')] as Line] : []),
  ];
}
