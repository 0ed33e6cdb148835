import { Box } from 'ink';
import type { Detected } from '../../project/detection/detection.ts';
import { span } from '../../screen/line.ts';
import { OneLine, Say } from '../../screen/live/Lines.tsx';
import { pad } from '../../screen/width.ts';
import type { BodyProps, Step } from '../step.ts';

const why =
  'Enter writes bootdev.yaml, with only what differs from the defaults. Commit it: the same file creates the same machines for everybody. You can change it at any time; bootdev up applies the changes to the machines.';

/** `unmet`: what to do about each is said when the file is written. */
export const review = (unmet: Detected['unmet'] = []): Step => ({
  title: 'review',
  why:
    unmet.length > 0
      ? `Machines do not have all that the code asks for. ${unmet.map(({ text }) => text).join(' ')}`
      : why,
  fields: () => [],
  Body: Review,
});

function Review({ settings }: BodyProps) {
  if (!settings) return null;
  const { site, application, code, size, balancer, database, search, files, aws } = settings;
  const rows = [
    ['Name', site.name],
    ['Address', site.domain],
    [
      'Application',
      // Without a path the code is the application's own.
      code.path === ''
        ? `${application} site`
        : `${application}, code in ${code.path === '.' ? 'this folder' : code.path}`,
    ],
    ...(code.docroot ? [['Docroot', code.docroot]] : []),
    ['Size', size],
    ...(balancer.kind === 'lvs' ? [['Balancer', `LVS, ${balancer.scheduler}`]] : []),
    ['Database', database.engine],
    ['Search', search.engine === 'none' ? 'off' : search.engine],
    ['Files', files.store],
    ['AWS region', aws.region || 'later'],
  ] as [string, string][];
  return (
    <Box flexDirection="column">
      <Say tone="strong">Review</Say>
      {rows.map(([label, value]) => (
        <OneLine key={label} line={[span(`  ${pad(label, 13)}`, 'dim'), span(value)]} />
      ))}
    </Box>
  );
}
