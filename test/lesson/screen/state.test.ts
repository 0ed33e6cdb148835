import { expect, test } from 'vitest';
import { readChoice } from '../../../src/lesson/choice.ts';
import { type Action, begin, reduce } from '../../../src/lesson/screen/state.ts';

const after = (...actions: Action['do'][]) =>
  actions.map((name) => ({ do: name }) as Action).reduce(reduce, begin(readChoice({}))).choice;

test('a key takes the next one, and after the last the first', () => {
  expect(after('scheduler').schedulers).toEqual(['lblc']);
  expect(after(...Array<'scheduler'>(10).fill('scheduler')).schedulers).toEqual(['wlc']);
  expect(after('mode').mode).toBe('nat');
  expect(after('mode', 'mode', 'mode', 'mode').mode).toBe('fullnat');
  expect(after('weights').weights).toEqual([1, 1]);
  expect(after('load')).toMatchObject({ load: 'sources', connections: 150 });
  expect(after('load', 'load', 'load')).toMatchObject({ load: 'short', connections: 200 });
});

test('a second scheduler stands beside the first, and goes', () => {
  expect(after('otherScheduler').schedulers).toEqual(['wlc']);
  expect(after('side').schedulers).toEqual(['wlc', 'lblc']);
  expect(after('side', 'otherScheduler', 'scheduler').schedulers).toEqual(['lblc', 'lblcr']);
  expect(after('side', 'side').schedulers).toEqual(['wlc']);
});

test('weights of the command line are left by the key for the first of its own', () => {
  expect(reduce(begin(readChoice({ weights: '7,2' })), { do: 'weights' }).choice.weights).toEqual([3, 1]);
});

test('another choice is measured from its beginning; the panel and the recording are not part of it', () => {
  const failed = reduce(begin(readChoice({})), { do: 'failed', message: 'no' });
  expect(failed).toMatchObject({ working: false, problem: { message: 'no' } });
  expect(reduce(failed, { do: 'again' })).toMatchObject({ round: 1, working: true, problem: undefined });
  expect(reduce(reduce(failed, { do: 'panel' }), { do: 'recording', file: 'a' })).toMatchObject({
    round: 0,
    panel: 'commands',
    recording: 'a',
  });
  expect(reduce(failed, { do: 'quit' }).over).toBe(true);
});
