import { expect, it } from 'vitest';
import { listSecrets, secretNamed, setSecret } from '../../../src/replica/site/secrets.ts';
import { newReplica, play } from '../replica.ts';

const key = 'AIzaSyNobodysKeyOfTheTests';

it('a value goes into the volume of the secrets, and is on no command line', async () => {
  const { up, open, engine } = await newReplica();
  await up();
  const volume = () => [...engine.volumes.values()].find((each) => each.key === 'secrets-app');
  const set = async (value: string) => play(setSecret(await open(), secretNamed('map-key'), value));
  expect((await set(key)).events).toEqual([{ type: 'done', text: expect.stringContaining('The site has map-key') }]);
  expect(volume()?.files.get('map-key')?.toString()).toBe(key);
  expect(engine.commands.join('\n')).not.toContain(key);
  expect((await set('')).events).toEqual([{ type: 'done', text: expect.stringContaining('is taken away') }]);
  expect(volume()?.files.has('map-key')).toBe(false);
});

it('without a replica there is no volume', async () => {
  const { open } = await newReplica();
  expect((await play(setSecret(await open(), 'map-key', key))).error).toMatchObject({ hint: 'bootdev up' });
  expect((await play(listSecrets(await open()))).error).toMatchObject({ hint: 'bootdev up' });
});

it.each([['db-password'], ['../x'], [undefined]])('%s is none of the user', (name) => {
  expect(() => secretNamed(name)).toThrow(/secret/);
});
