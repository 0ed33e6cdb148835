import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import type { Output } from '../../../src/io/command.ts';
import { trust } from '../../../src/replica/site/trust.ts';
import { newReplica, only, play } from '../replica.ts';

/** Of a CA whose key is gone. */
const ca = `-----BEGIN CERTIFICATE-----
MIIBvjCCAWOgAwIBAgIUGnxU4NC3Y8spKe3iR0xjaTVZVfcwCgYIKoZIzj0EAwIw
MzEQMA4GA1UECgwHYm9vdGRldjEfMB0GA1UEAwwWYm9vdGRldiBzaG9wLmxvY2Fs
aG9zdDAgFw0yNjExMjgwNjU3MTdaGA8yMTI2MTEwNDA2NTcxN1owMzEQMA4GA1UE
CgwHYm9vdGRldjEfMB0GA1UEAwwWYm9vdGRldiBzaG9wLmxvY2FsaG9zdDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABL01u95UPfPdeaIjTqufXoONqHlS5qX6kXFR
Ec/ikL3KGRrRV1DvrmYjGYryib4rkc/sg1a8u1+au9I+gxcGMJmjUzBRMB0GA1Ud
DgQWBBRTlLnCwKbBSnIYu+uOrDw+xfYkVDAfBgNVHSMEGDAWgBRTlLnCwKbBSnIY
u+uOrDw+xfYkVDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCD
XNGgpvEf25GVkinI5/c0zGmp7fPpyWFEbpk+HDJMIgIhANtBUqEeLzMkWJX5GuO1
QsxZPYzPXojK0pOWJxxNx012
-----END CERTIFICATE-----
`;

/** A replica with a CA, and a computer on which the command for its store ends as said. */
async function withCa({ exitCode, ...ended }: Partial<Output> = {}) {
  const replica = await newReplica();
  await replica.up();
  replica.engine.volumeAt(replica.engine.machine('admin'), '/run/secrets/app')?.set('site-ca.pem', Buffer.from(ca));
  const ran: string[] = [];
  const asked: string[] = [];
  const run = async (options: { remove?: boolean; answer?: boolean } = {}) => {
    const context = await replica.open();
    context.host.follow = async function* (_, args) {
      ran.push(args.at(-1) ?? '');
      yield 'Updating certificates';
      return { stdout: '', stderr: '', exitCode: exitCode ?? 0, ...ended };
    };
    const confirm = async (question: string) => {
      asked.push(question);
      if (options.answer === false) throw new UserError('Nothing was changed.');
    };
    return play(trust(context, { confirm, ...options }));
  };
  return { ...replica, run, ran, asked };
}

it('shows the command, asks, and runs it with the CA in a file', async () => {
  const { run, ran, asked, open } = await withCa();
  const { events, error } = await run();
  expect(error).toBeUndefined();
  expect(asked).toEqual(['Run it now?']);
  const { paths, project } = await open();
  expect(await readFile(paths.siteCa, 'utf8')).toBe(ca);
  expect(ran).toEqual([expect.stringContaining(`${paths.siteCa} /usr/local/share/ca-certificates/${project}.crt`)]);
  const notices = only(events, 'notice');
  expect(notices[0]).toMatchObject({ text: 'To trust the CA:', hint: ran[0] });
  expect(notices[1]?.text).toContain(
    'It can sign certificates for shop.localhost, *.shop.localhost and 127.0.0.1 only',
  );
  expect(only(events, 'step').map(({ state }) => state)).toEqual(['start', 'done']);
  expect(only(events, 'log')).toEqual([{ type: 'log', source: 'trust', line: 'Updating certificates' }]);
  expect(events.at(-1)).toMatchObject({ text: expect.stringContaining('Trusted: https://shop.localhost:8443') });
});

it('changes nothing after a no', async () => {
  const { run, ran } = await withCa();
  expect((await run({ answer: false })).error?.message).toBe('Nothing was changed.');
  expect(ran).toEqual([]);
});

it('removes the CA that it added, also when the replica is gone', async () => {
  const { engine, run, ran } = await withCa();
  await run();
  for (const container of [...engine.containers]) engine.remove(container);
  const { events, error } = await run({ remove: true });
  expect(error).toBeUndefined();
  expect(ran[1]).toMatch(/^rm -f /);
  expect(events.at(-1)).toEqual({ type: 'done', text: 'No longer trusted.' });
});

it('has nothing to remove where it never added one', async () => {
  const { run, ran } = await withCa();
  const { events } = await run({ remove: true });
  expect(events.at(-1)).toEqual({ type: 'done', text: 'This computer was never asked to trust this replica.' });
  expect(ran).toEqual([]);
});

it('ends with what the command said where it failed', async () => {
  const { run } = await withCa({ exitCode: 13 });
  const { events, error } = await run();
  expect(error).toMatchObject({ message: 'The command ended with exit code 13.', hint: 'Updating certificates' });
  expect(only(events, 'step').at(-1)).toMatchObject({ state: 'failed' });
});

it('needs a replica that runs and has a CA', async () => {
  const replica = await newReplica();
  const confirm = async () => undefined;
  expect((await play(trust(await replica.open(), { confirm }))).error?.message).toBe('The replica is not running.');
  await replica.up();
  expect((await play(trust(await replica.open(), { confirm }))).error?.message).toBe('The replica has no CA yet.');
});
