/** The shape of docker/: what a role may have, so that no file is forgotten because of its name. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readFolder } from '../../src/io/folder.ts';
import { machines } from '../../src/machines/table.ts';

const docker = await readFolder('docker');
const shape = /^(?:provision\.sh|(?:apply|health|stats)\.sh|root\/.+|run\/[a-z-]+|variants\/[a-z]+\/[a-z]+\/.+)$/;

/** Not in the shape, each for a reason. */
const others: Record<string, RegExp> = {
  base: /^(?:boot|machine|tree-digest\.sh)$/, // what a container and every bundle begin with
  backup: /^(?:backup|files)\.sh$/, // a timer of AWS runs them (docker/ec2/boot)
  'gluster-client': /^probe$/, // `up` runs it to ask the engine
  'php-cli': /^adopt(-all)?\.sh$/, // where the shared files appear, they are given to the site's user; and when a person asks
  database: /^data\.sh$/, // `db` runs it on the machine
  cdn: /^invalidate\.sh$/, // `purge` and `up` run it on the machine
  haproxy: /^servers\.sh$/, // `scale` runs it on the machine
  director: /^(?:servers\.sh|probe)$/, // the same; `up` runs the probe to ask the engine
  nginx: /^(?:purge|why)\.sh$/, // `purge` and `why` run them on the machine
  'php-fpm': /^memory\.sh$/, // `size` runs it on the machine
  sendmail: /^queue\.sh$/, // `mail` runs it on the machine
  s3: /^(?:requirements|uv)\.txt$|^cors\.sh$/, // read by the image's build; `parity` runs it on the machine
  solr: /^(?:backup|restore)\.sh$|^java\/|^(?:pom\.xml|sums\.txt)$/, // for operators; read by the image's build
};

const roles = readdirSync('docker/roles');

test.each(roles)('%s has the shape of a role', (role) => {
  const files = [...docker.keys()].filter((path) => path.startsWith(`roles/${role}/`));
  const paths = files.map((path) => path.slice(`roles/${role}/`.length));
  expect(paths.filter((path) => !shape.test(path) && !others[role]?.test(path))).toEqual([]);
  // What it needs comes with the engine.
  if (!['base', 'database', 'backup', 'warm', 'lvs', 'real-server', 'door'].includes(role))
    expect(paths).toContain('provision.sh');
});

test('every role is part of a machine, and every machine has its Dockerfile', () => {
  const used = machines.flatMap(({ roles: always, optional = {} }) => [...always, ...Object.keys(optional)]);
  expect([...new Set(used)].sort()).toEqual(roles.sort());
  const images = [...new Set(machines.map(({ image }) => image)), 'base'];
  expect(readdirSync('docker/machines').sort()).toEqual(images.sort());
});

test('an application has app.yaml and files for roles that there are', () => {
  const files = [...docker.keys()].filter((path) => path.startsWith('apps/')).map((path) => path.split('/'));
  const strange = files.filter(([, , part = '', ...rest]) =>
    rest.length > 0 ? !roles.includes(part) : !/^(?:app\.yaml|README\.md)$/.test(part),
  );
  expect(strange).toEqual([]);
});
