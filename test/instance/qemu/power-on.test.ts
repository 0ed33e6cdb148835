/** What containers cannot show: an image like EC2's from power-on to SUCCESS, by UserData and cloud-init, with its own kernel, disks and sshd. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type {} from '../../emulator/localstack/start.ts';
import { newSite, type Site } from '../site.ts';
import { deployTemplates, type MachineName, type Templates } from '../templates.ts';
import { image, type Machine, newMachine } from './machine.ts';

/** Nothing here is quick without KVM: ten minutes of two processors for a boot. */
const slowly = 60 * 60_000;

let ami: string | undefined;
let site: Site;
let templates: Templates;
let skipped = '';
beforeAll(async () => {
  const found = await image();
  if ('reason' in found) {
    skipped = found.reason;
    return;
  }
  ami = found.ami;
  site = await newSite({ site: { name: 'shop' } });
  const parameters = { ...site.parameters, SearchCapacity: 'SOLR_HEAP_MB=256' };
  templates = await deployTemplates(inject('emulator'), parameters, 'files');
}, slowly);
beforeEach((context) => context.skip(skipped !== '', skipped));

let machine: Machine | undefined;
afterAll(() => machine?.remove());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(await machine?.keepLogs());
});

async function newMachineOf(name: MachineName, objects: Record<string, Buffer | string>): Promise<Machine> {
  await machine?.remove();
  machine = await newMachine(ami ?? '', await templates.userData(name), objects);
  return machine;
}

/** A command of the operator, whose key is sent for it. */
async function exec(command: string): Promise<string> {
  await machine?.sendKey('admin', 'operator');
  const ended = await machine?.ssh('admin', 'operator', command);
  if (ended?.exitCode !== 0) throw new Error(`${command}: ${ended?.stdout}\n${ended?.stderr}`);
  return ended.stdout;
}

/** What the system says of itself once all that a boot starts has ended; with what has failed. */
const system = () => exec('systemctl is-system-running --wait; systemctl --failed --plain --no-legend; true');

describe('solr', () => {
  let solr: Machine;

  test('from power-on to SUCCESS, on a volume that it has to ask for', { timeout: slowly }, async ({ task }) => {
    solr = await newMachineOf('solr', site.objects);
    solr.powerOn();
    expect(await solr.signals(1)).toEqual(['SearchGroup SUCCESS']);
    task.meta.figure = `solr: ${await solr.cpuSeconds()} CPU seconds from power-on to SUCCESS`;
    console.log(task.meta.figure);
    const report = JSON.parse(await solr.object(`reports/solr/${solr.instance}.json`));
    expect(report).toMatchObject({ digest: site.digest('solr'), healthy: true, differs: [] });
    const heard = await solr.heard();
    const said = heard.filter(({ InstanceId, UniqueId }) => [InstanceId, UniqueId].includes(solr.instance));
    const order = ['AttachVolume', 'CompleteLifecycleAction', 'SignalResource'];
    expect([...new Set(said.map(({ Action }) => Action))]).toEqual(order);
    expect(heard.filter(({ refused }) => refused === 'SignatureDoesNotMatch')).toEqual([]);
  });

  test('an operator logs in with the key that was sent, for a minute; no other key, and not root', async () => {
    const login = async (user: string, key: string) => (await solr.ssh(user, key, 'id -un')).stdout;
    await solr.sendKey('admin', 'operator');
    expect(await login('admin', 'operator')).toBe('admin');
    expect(await login('admin', 'other')).toBe('');
    expect(await login('root', 'operator')).toBe('');
    await solr.forgetKeys();
    expect(await login('admin', 'operator')).toBe('');
  });

  test('nothing has failed, nothing of the image was removed, and its name resolver answers', async () => {
    expect(await system()).toBe('running');
    expect((await exec('systemctl is-enabled apt-daily.timer apt-daily-upgrade.timer; true')).split('\n')).toEqual([
      'masked',
      'masked',
    ]);
    const here = new Set((await exec('dpkg --get-selections')).split('\n'));
    expect((await solr.packages()).filter((line) => !here.has(line))).toEqual([]);
    expect(await exec('resolvectl query --legend=no s3.eu-central-1.amazonaws.com')).toContain('10.20.0.2');
  });

  test('an operator is not the machine: its metadata is for root alone', async () => {
    const ask =
      'curl -sS -m 5 -X PUT -H "x-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token';
    expect(await exec(`sudo ${ask}`)).toBe('METADATA-TOKEN');
    expect(await exec(`${ask} || true`)).toBe('');
  });

  test('rebooted onto a larger volume: SUCCESS again, what it holds is kept, and there is the space', {
    timeout: slowly,
  }, async ({ task }) => {
    const megabytes = async (path: string) => Number(/(\d+)M$/.exec(await exec(`df -BM --output=size ${path}`))?.[1]);
    expect(await megabytes('/var/solr')).toBeLessThan(1024);
    expect(await megabytes('/')).toBeGreaterThan(7000); // of the 8 GB disk, where the image has 2
    await exec('echo kept | sudo tee /var/solr/mark; sudo systemctl reboot --no-block');
    await solr.off();
    await solr.grow('2G');
    solr.powerOn();
    expect(await solr.signals(2)).toEqual(['SearchGroup SUCCESS', 'SearchGroup SUCCESS']);
    task.meta.figure = `${await solr.cpuSeconds()} after a reboot`;
    console.log(task.meta.figure);
    expect(await exec('sudo cat /var/solr/mark')).toBe('kept');
    expect(await megabytes('/var/solr')).toBeGreaterThan(1800);
    expect(await system()).toBe('running');
  });
});

describe('gluster-1', () => {
  test('a first boot whose bundle is damaged: FAILURE with its reason; a minute later it recovers', {
    timeout: slowly,
  }, async ({ task }) => {
    const bundle = `bundles/${site.digest('gluster')}.tar.gz`;
    const gluster = await newMachineOf('gluster-1', { ...site.objects, [bundle]: 'not this' });
    gluster.powerOn();
    expect(await gluster.signals(1)).toEqual(['Files1Group FAILURE']);
    expect(await gluster.object(`boot-logs/gluster/${gluster.instance}.log`)).toContain(
      `boot: ${bundle} arrived damaged`,
    );
    // Its group has not taken it, and an operator can look.
    expect((await gluster.heard()).filter(({ Action }) => Action === 'CompleteLifecycleAction')).toEqual([]);
    expect(await exec('tail -n 1 /var/log/bootdev-boot.log')).toMatch(/^boot: FAILURE after /);
    await gluster.upload({ [bundle]: site.objects[bundle] ?? '' });
    const said = await gluster.signals(2);
    expect(said.at(-1)).toBe('Files1Group SUCCESS');
    task.meta.figure = `gluster-1, at its second try: ${await gluster.cpuSeconds()}`;
    console.log(task.meta.figure);
  });

  test('its packages asked for another initrd, and none was made', async () => {
    expect(await exec('cat /var/log/dpkg.log')).toMatch(/ trigproc initramfs-tools:/);
    expect(await exec("sudo find /boot -name 'initrd.img-*' -newer /etc/bootdev/instance.env")).toBe('');
    // From now on they get one: a person may install a kernel.
    expect(await exec('grep ^update_initramfs= /etc/initramfs-tools/update-initramfs.conf')).toBe(
      'update_initramfs=yes',
    );
  });
});
