import { describe, expect, test } from 'vitest';
import { readFolder } from '../../src/io/folder.ts';
import { readApplications } from '../../src/project/applications.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import {
  type Action,
  begin,
  currentStep,
  fieldsOf,
  problemOf,
  reduce,
  settingsInput,
  settingsOf,
  type WizardState,
} from '../../src/wizard/answers.ts';
import type { Answers, TextField } from '../../src/wizard/step.ts';
import { stepsFor } from '../../src/wizard/steps/steps.ts';

const applications = readApplications(await readFolder('docker'));
const start = (folderName = 'shop') => begin(stepsFor(folderName, applications), folderName);
const type = (text: string): Action => ({ do: 'type', text });
const does = (...names: Exclude<Action['do'], 'type'>[]): Action[] => names.map((name) => ({ do: name }));
const through = (actions: Action[], state = start()): WizardState => actions.reduce(reduce, state);
const problem = (state: WizardState) => problemOf(state, fieldsOf(state)[state.focus] as TextField);

describe('Enter alone', () => {
  test('walks through every step to valid settings', () => {
    const enters = start().steps.map((): Action => ({ do: 'next' }));
    const state = through(enters);
    expect(state.outcome).toBe('confirmed');
    expect(settingsOf(state)).toEqual(completeSettings({ site: { name: 'shop' } }));
    expect(through(enters.slice(1)).outcome).toBeUndefined();
  });
});

describe('the name', () => {
  test.each([
    ['Shop', 'type: shop'],
    ['2024', 'type: site'],
    ['my shop', 'type: my-shop'],
    ['a'.repeat(32), `type: ${'a'.repeat(31)}`],
  ])('%s is not valid, with a name that is', (name, hint) => {
    const state = through([type(name), ...does('next')]);
    expect(state.step).toBe(0);
    expect(problem(state)).toMatch(/^must be a name of/);
    expect(problem(state)).toContain(hint);
  });

  test('an unfinished one is not an error before Enter', () => {
    const state = through([type('my-')]);
    expect(problem(state)).toBeUndefined();
    expect(problem(through(does('next'), state))).toContain('type: my');
    expect(problem(through([...does('next'), type('s')], state))).toBeUndefined();
  });

  test('backspace and clear', () => {
    expect(through([type('abc'), ...does('backspace')]).answers.name).toBe('ab');
    expect(through([type('abc'), ...does('clear', 'backspace')]).answers.name).toBe('');
  });
});

describe('choices', () => {
  const application = through(does('next'));

  test('arrows and j k move, and stay at the ends', () => {
    expect(through(does('up'), application).answers.application).toBe('sample');
    expect(through(does('down'), application).answers.application).toBe('backdrop');
    expect(through([type('j'), type('j'), type('k')], application).answers.application).toBe('backdrop');
  });

  test('each application is one, and the last is for all others', () => {
    const options = fieldsOf(application).flatMap((field) => (field.kind === 'choice' ? field.options : []));
    expect(options.map(({ value }) => value)).toEqual([...applications.keys()]);
    expect(through(Array(9).fill({ do: 'down' }), application).answers.application).toBe('php');
  });

  test('own code asks for its folder, which has to be valid', () => {
    expect(fieldsOf(application)).toHaveLength(1);
    const php = through([...Array(5).fill({ do: 'down' }), ...does('nextField', 'nextField')], application);
    expect(fieldsOf(php).map(({ key }) => key)).toEqual(['application', 'codePath', 'docroot']);
    const wrong = through([type('../web'), ...does('previousField', 'next')], php);
    expect([wrong.step, wrong.focus]).toEqual([1, 2]);
    expect(problem(wrong)).toBe('must be a folder inside the code, such as web');
    const right = through([...does('clear'), type('web'), ...does('next')], wrong);
    expect(settingsOf(right)).toMatchObject({ application: 'php', code: { path: '.', docroot: 'web' } });
  });

  test('a folder typed for other code is not used for the sample', () => {
    const php = through(
      [...does('down', 'nextField'), type('site'), ...does('previousField', 'up', 'next')],
      application,
    );
    expect(settingsInput(php)).not.toHaveProperty('code');
  });

  test('Tab goes around; up and down between texts', () => {
    const php = through(does('down', 'nextField'), application);
    expect(through(does('down'), php).focus).toBe(2);
    expect(through(does('down', 'down', 'up'), php).focus).toBe(1);
    expect(through(does('nextField', 'nextField'), php).focus).toBe(0);
    expect(through(does('previousField', 'previousField'), php).focus).toBe(2);
  });
});

test('Esc goes back with the answers kept, and not before the first step', () => {
  const state = through(does('next', 'down', 'next', 'back'));
  expect([state.step, state.answers.application]).toEqual([1, 'backdrop']);
  expect(through(does('back', 'back', 'back'), state).step).toBe(0);
});

test('after the end nothing changes', () => {
  const cancelled = through(does('cancel'));
  expect(cancelled.outcome).toBe('cancelled');
  expect(through(does('next', 'back'), cancelled)).toBe(cancelled);
});

test('each size has the limits of all its machines in one number, which follows what else was chosen (E10)', () => {
  const notes = (chosen: Partial<Answers>) => {
    const fields = start().steps.flatMap((step) => step.fields({ ...start().answers, ...chosen }));
    return fields
      .flatMap((each) => (each.kind === 'choice' && each.key === 'size' ? each.options : []))
      .map(({ note }) => note);
  };
  expect(notes({})).toEqual(['2 web machines, 5.3 GB', '2 web machines, 8.3 GB', '3 web machines, 14.8 GB']);
  const smaller = ['2 web machines, 3.5 GB', '2 web machines, 6.5 GB', '3 web machines, 13.0 GB'];
  expect(notes({ search: 'none', files: 'volume' })).toEqual(smaller);
});

test('an option can be chosen where the setting accepts it, else it is not available yet', () => {
  for (const step of start().steps) {
    for (const field of step.fields({ ...start().answers, application: 'php' })) {
      if (field.kind !== 'choice') continue;
      for (const { value, later } of field.options) {
        const answers = { ...start().answers, [field.key]: value };
        expect([field.key, value, settingsOf({ ...start(), answers }) === undefined]).toEqual([
          field.key,
          value,
          later,
        ]);
      }
    }
  }
});

test('what the folder holds is what Enter alone answers, and can be changed', () => {
  const found = {
    application: 'drupal',
    version: '10.6.1',
    docroot: 'web',
    because: 'web/core/lib/Drupal.php',
  };
  const detected = { found, engine: { name: 'mariadb' as const, because: '.lando.yml' }, unmet: [] };
  const state = begin(stepsFor('shop', applications, detected), 'shop', detected);
  const proposed = through(does('next', 'next', 'next'), state);
  expect(settingsOf(proposed)).toMatchObject({
    application: 'drupal',
    code: { path: '.', docroot: 'web' },
    database: { engine: 'mariadb' },
  });
  expect(currentStep(proposed).why).toContain('Proposed: mariadb (.lando.yml).');
  const [choice] = fieldsOf(through(does('next'), state));
  const options = choice?.kind === 'choice' ? choice.options : [];
  expect(options.find(({ value }) => value === 'drupal')?.note).toBe('found here: 10.6.1');
  const sample = through(does('next', 'up', 'up', 'next'), state);
  expect(settingsOf(sample)).toMatchObject({ application: 'sample', code: { path: '', docroot: '' } });
});
