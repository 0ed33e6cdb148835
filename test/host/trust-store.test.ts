import { expect, test } from 'vitest';
import { distro, type Host } from '../../src/host/host.ts';
import { trustStore } from '../../src/host/trust-store.ts';
import { fakeHost, osRelease } from '../doctor/fake-host.ts';

const authority = { name: 'bootdev-shop-80cfab', file: '/home/ada/my shop/ca.pem', fingerprint: 'AB12' };
const on = (about: Partial<Host>, programs: string[] = []) => trustStore(fakeHost({ programs }, about).host, authority);

test('Debian, as root', async () => {
  expect(await on({})).toMatchObject({
    add: "install -D -m 644 '/home/ada/my shop/ca.pem' /usr/local/share/ca-certificates/bootdev-shop-80cfab.crt && update-ca-certificates --fresh",
    remove: 'rm -f /usr/local/share/ca-certificates/bootdev-shop-80cfab.crt && update-ca-certificates --fresh',
  });
});

test('Ubuntu, as a user: each command that needs root says so', async () => {
  const store = await on({ distro: distro(osRelease.ubuntu), root: false });
  expect(store?.add).toMatch(/^sudo install .* && sudo update-ca-certificates --fresh$/);
  expect(store?.remove).toMatch(/^sudo rm .* && sudo update-ca-certificates --fresh$/);
  expect(store?.others.map(({ program }) => program)).toEqual(['Chrome, Chromium', 'Firefox', 'Node']);
});

test('Fedora', async () => {
  expect(await on({ distro: distro(osRelease.fedora), root: false }, ['trust'])).toMatchObject({
    add: "sudo trust anchor --store '/home/ada/my shop/ca.pem'",
    remove: "sudo trust anchor --remove '/home/ada/my shop/ca.pem'",
  });
});

test('macOS: the own keychain, without root', async () => {
  const store = await on({ platform: 'darwin', distro: distro(''), root: false });
  expect(store?.add).toMatch(/^security add-trusted-cert -r trustRoot -p ssl -k .*login\.keychain-db" '\/home/);
  expect(store?.remove).toContain('delete-certificate -Z AB12 ');
});

test('WSL: the Linux that curl is in, and the Windows that the browser is in', async () => {
  const store = await on({ distro: distro(osRelease.ubuntu), root: false, env: { WSL_DISTRO_NAME: 'Ubuntu' } });
  expect(store?.add).toMatch(/update-ca-certificates --fresh && certutil\.exe -user -addstore Root "\$\(wslpath -w /);
  expect(store?.remove).toMatch(/ && certutil\.exe -user -delstore Root AB12$/);
});

test('a system whose commands are not known', async () => {
  expect(await on({ distro: distro('ID=nixos\n') })).toBeUndefined();
});
