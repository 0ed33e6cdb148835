import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Bucket } from '../../io/aws/aws.ts';
import { gzipped } from '../../io/data/packed.ts';
import type { Context } from '../../project/context.ts';
import { findRunning, refuseOlder } from '../../replica/find.ts';
import { metered } from '../../steps.ts';
import { askAdmin } from './ask-admin.ts';
import type { Side } from './backups.ts';
import { uploadParts } from './upload.ts';

/** Milliseconds for which a dump is gone on with. */
const fresh = 3_600_000;

/** A dump of the replica on this computer. */
interface Dump {
  sha256: string;
  bytes: number;
  /** When its rows were read, ISO 8601. */
  moment: string;
  /** What dump-database (docker/roles/backup) says of it, letter by letter: the other side compares. */
  said: string;
}

/**
 * The replica's data becomes that of an environment on AWS: a dump goes into the bucket in parts, and the admin machine does the rest, whole
 * or not at all. Stopped anywhere, the same command goes on with the dump that it has made. A part is an object of its own, so what is there
 * stays. Throws UserError.
 */
export async function* push(
  context: Context,
  { name, bucket }: Side,
  partSize = 16 * 2 ** 20,
): AsyncGenerator<Event, void> {
  const { io, paths, env, settings } = context;
  const started = io.clock.now();
  yield { type: 'begin', verb: 'data push', project: `${settings.site.name} → ${name}` };
  const folder = join(paths.own, env, 'push');
  const before = await dumpOfBefore(context, folder);
  if (before)
    yield {
      type: 'notice',
      level: 'info',
      text: `It goes on with the dump of ${before.moment}, which was not taken in yet.`,
    };
  const dump = before ?? (yield* makeDump(context, folder));
  yield* upload(context, bucket, { dump, folder, partSize });
  const text = `the admin machine makes a backup, takes it in, and ${name} uses it`;
  yield* askAdmin(context, bucket, { words: `take ${dump.sha256}`, text, again: true });
  await io.files.removeFolder(folder);
  const seconds = (io.clock.now() - started) / 1000;
  yield {
    type: 'done',
    text: `${name} has the data of this replica; the backup of what it had is the newest one.`,
    seconds,
  };
}

const fileIn = (folder: string) => join(folder, 'dump.sql.gz');
const aboutIn = (folder: string) => join(folder, 'dump.json');

async function dumpOfBefore({ io }: Context, folder: string): Promise<Dump | undefined> {
  const text = await io.files.readText(aboutIn(folder));
  const dump = text === undefined ? undefined : (JSON.parse(text) as Dump);
  if (!dump || Date.now() - Date.parse(dump.moment) > fresh) return undefined;
  const sha256 = await io.files.fileDigest(fileIn(folder)).catch(() => undefined);
  return sha256 === dump.sha256 ? dump : undefined;
}

async function* makeDump(context: Context, folder: string): AsyncGenerator<Event, Dump> {
  const { io } = context;
  const { container } = await findRunning(context, 'admin');
  const path = fileIn(folder);
  yield* metered({ id: 'dump', text: 'dump the data of the replica' }, (count) =>
    io.files.writeWhole(path, gzipped(dumped(context, container.id, count)), 0o600),
  );
  const { stdout } = await io.docker.exec(container.id, ['cat', said]);
  const { moment } = JSON.parse(stdout) as { moment: string };
  let bytes = 0;
  for (const piece of io.files.pieces(path)) bytes += piece.length;
  const dump = { sha256: await io.files.fileDigest(path), bytes, moment, said: stdout.trim() };
  await io.files.writeWhole(aboutIn(folder), JSON.stringify(dump), 0o600);
  return dump;
}

const said = '/run/dump-said.json';

async function* dumped(
  { io, signal }: Context,
  id: string,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer, void> {
  const line = `exec site /etc/bootdev/current/usr/local/bin/dump-database 3>${said}`;
  const dump = io.stream('docker', ['exec', id, 'sh', '-c', line], { signal });
  for (;;) {
    const next = await dump.next();
    if (next.done) {
      const { exitCode, stderr } = next.value;
      refuseOlder({ code: exitCode }, 'admin');
      if (exitCode !== 0)
        throw new UserError(`The replica's data cannot be dumped: ${stderr.trim()}`, { hint: 'bootdev status' });
      return;
    }
    count(next.value.length);
    yield next.value;
  }
}

interface Upload {
  dump: Dump;
  folder: string;
  /** Bytes of a part. */
  partSize: number;
}

async function* upload(
  context: Context,
  bucket: Bucket,
  { dump, folder, partSize }: Upload,
): AsyncGenerator<Event, void> {
  const { io, signal } = context;
  const { sha256, bytes } = dump;
  const at = `pushes/${sha256}`;
  yield* metered({ id: 'upload', text: 'upload it', total: bytes }, async (count) => {
    const keyOf = (_: Buffer, number: number) => `${at}/${String(number).padStart(4, '0')}`;
    const pieces = io.files.pieces(fileIn(folder));
    const { length: parts } = await uploadParts(bucket, { pieces, keyOf, partSize, count, signal });
    await bucket.put(
      `${at}/about.json`,
      `{"bytes":${bytes},"parts":${parts},"sha256":"${sha256}",${dump.said.slice(1)}`,
    );
  });
}
