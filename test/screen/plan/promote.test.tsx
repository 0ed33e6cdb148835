/** The screens of promote: whole frames. */
import { expect, test, vi } from 'vitest';
import type { Cost, Event } from '../../../src/events.ts';
import { textOf } from '../../../src/screen/line.ts';
import { emptyScreen, fold, type Screen } from '../../../src/screen/live/fold.ts';
import { Live } from '../../../src/screen/live/Live.tsx';
import { AskPlan } from '../../../src/screen/plan/AskPlan.tsx';
import { planLines } from '../../../src/screen/plan/plan-view.ts';
import { keys, renderAt } from '../terminal.tsx';
import { applying, failing, losing, plan } from './promotion.ts';

const after = (events: Event[]): Screen => events.reduce((screen, event) => fold(screen, event, 20), emptyScreen);
const nothing = () => undefined;
const whole = 'bootdev promote -C ../shop --plan';

test.each([80, 120])('the plan, %i columns', async (columns) => {
  const { frame } = await renderAt(columns, 30, <AskPlan plan={plan} whole={whole} onAnswer={nothing} />);
  expect(frame()).toMatchSnapshot();
});

test('details on d', async () => {
  const { frame, press } = await renderAt(80, 30, <AskPlan plan={plan} whole={whole} onAnswer={nothing} />);
  await press('d');
  expect(frame()).toContain('+ WarmSchedule  schedule');
});

test('the parts of the cost on c, the numbers in columns; c again: the plan', async () => {
  const { frame, press } = await renderAt(80, 24, <AskPlan plan={plan} whole={whole} onAnswer={nothing} />);
  const before = frame();
  await press('c');
  expect(frame()).toMatchSnapshot();
  await press('c');
  expect(frame()).toBe(before);
});

test.each<[string, Partial<Cost>]>([
  ['a region without prices', { after: undefined as never, before: undefined as never, parts: [] }],
  ['a type without a price', { parts: [{ name: 'database', text: '2 × db.z.large' }], unknown: ['db.z.large'] }],
  ['a first deployment', { before: undefined as never }],
])('cost of %s', async (_, change) => {
  const entries = Object.entries({ ...plan.cost, ...change }).filter(([, value]) => value !== undefined);
  const lines = planLines({ ...plan, cost: Object.fromEntries(entries) as unknown as Cost }, { width: 80 });
  const text = lines.map(textOf);
  const at = text.findIndex((line) => line.startsWith('  cost'));
  expect(text.slice(at, -2).join('\n')).toMatchSnapshot();
});

test('a plan higher than the terminal keeps its end: data loss and the keys', async () => {
  const { frame } = await renderAt(80, 14, <AskPlan plan={plan} whole={whole} onAnswer={nothing} />);
  expect(frame()).toMatchSnapshot();
  expect(frame().split('\n').length).toBeLessThan(14);
});

test.each([
  ['y', true],
  ['n', false],
  [keys.escape, false],
  [keys.ctrlC, false],
])('%j answers %j', async (key, yes) => {
  const onAnswer = vi.fn();
  const { press } = await renderAt(80, 30, <AskPlan plan={plan} whole={whole} onAnswer={onAnswer} />);
  await press(key);
  await vi.waitFor(() => expect(onAnswer).toHaveBeenCalledWith(yes), { timeout: 10_000 });
});

test('Enter alone is not a yes', async () => {
  const onAnswer = vi.fn();
  const { press } = await renderAt(80, 30, <AskPlan plan={plan} whole={whole} onAnswer={onAnswer} />);
  await press(keys.enter);
  expect(onAnswer).not.toHaveBeenCalled();
});

test('data that could be lost: only the whole name is a yes', async () => {
  const onAnswer = vi.fn();
  const { frame, press } = await renderAt(80, 30, <AskPlan plan={losing} whole={whole} onAnswer={onAnswer} />);
  await press('y', keys.enter);
  expect(onAnswer).not.toHaveBeenCalled();
  expect(frame()).toMatchSnapshot();
  await press('shop-pro', 'duction', keys.enter);
  await vi.waitFor(() => expect(onAnswer).toHaveBeenCalled(), { timeout: 10_000 });
  expect(onAnswer).toHaveBeenCalledWith(true);
});

test.each([80, 120])('the live tree, %i columns', async (columns) => {
  const { frame } = await renderAt(columns, 24, <Live screen={after(applying)} now={72} onStop={nothing} />);
  expect(frame()).toMatchSnapshot();
});

test('many resources on a low terminal: never higher than it', async () => {
  const many = Array.from(
    { length: 40 },
    (_, index): Event => ({
      ...{ type: 'resource', stack: '60 web', resource: `Rule${index}`, kind: 'security group', state: 'working' },
    }),
  );
  const { frame } = await renderAt(80, 16, <Live screen={after([...applying, ...many])} now={72} onStop={nothing} />);
  expect(frame().split('\n').length).toBeLessThan(16);
  expect(frame()).toContain('AWS continues');
});

test.each([80, 120])('a failure, %i columns', async (columns) => {
  const { frame } = await renderAt(columns, 30, <Live screen={after(failing)} now={400} onStop={nothing} ended />);
  expect(frame()).toMatchSnapshot();
});

test('live', async () => {
  const ready: Event = {
    type: 'ready',
    urls: [{ name: 'site', url: 'https://shop.example.org' }],
    next: ['bootdev parity'],
    seconds: 432,
  };
  const { frame } = await renderAt(
    80,
    24,
    <Live screen={after([...applying, ready])} now={432} onStop={nothing} ended />,
  );
  expect(frame()).toMatchSnapshot();
});

test('in ASCII, without colour', async () => {
  const capabilities = { colour: false, ascii: true };
  const { frame, press } = await renderAt(
    80,
    30,
    <AskPlan plan={plan} whole={whole} onAnswer={nothing} />,
    capabilities,
  );
  expect(frame()).not.toMatch(/[^\x20-\x7e\n]/);
  await press('c');
  expect(frame()).toContain('2 x m7i.large');
  expect(frame()).not.toMatch(/[^\x20-\x7e\n]/);
});
