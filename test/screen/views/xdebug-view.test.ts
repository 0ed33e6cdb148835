import { expect, test } from 'vitest';
import type { Xdebug } from '../../../src/events.ts';
import { textOf } from '../../../src/screen/line.ts';
import { xdebugLines } from '../../../src/screen/views/xdebug-view.ts';

const on: Xdebug = {
  ...{ on: true, running: true, port: 9003, listening: true, url: 'https://shop.localhost:8443', mode: 'live' },
  mapping: { container: '/srv/code/current', folder: '/home/me/the "shop"' },
};
const drawn = (change: Partial<Xdebug> = {}) => xdebugLines({ ...on, ...change }).map(textOf);

test('on: what an IDE needs, with a launch.json that is JSON whatever the folder is called', () => {
  const lines = drawn();
  const json = lines.slice(lines.indexOf('{')).join('\n');
  expect(JSON.parse(json).configurations).toMatchObject([
    { type: 'php', port: 9003, pathMappings: { '/srv/code/current': '/home/me/the "shop"' } },
  ]);
  expect(lines.slice(0, lines.indexOf('{'))).toEqual([
    'Xdebug is on: a request that asks for it stops in your IDE; all others go where they went.',
    '',
    'IDE        listens at port 9003 of this computer, and is reached',
    'browser    the extension Xdebug Helper (it sets the cookie XDEBUG_SESSION), or https://shop.localhost:8443/?XDEBUG_SESSION_START=1',
    'command    XDEBUG_TRIGGER=1 bootdev php script.php   (drush, wp and run too, with a live folder)',
    'paths      /srv/code/current on the machine is /home/me/the "shop"',
    'PhpStorm   Settings › PHP › Servers: name and host shop.localhost, port 8443, these paths;',
    '           Settings › PHP › Debug: both "Force break at first line" off',
    'VS Code    .vscode/launch.json, with the extension PHP Debug:',
  ]);
});

test('nobody listens: what to look at; a release: that its path changes', () => {
  const lines = drawn({ listening: false, mode: 'release', url: 'https://shop.localhost' });
  expect(lines).toContain('IDE        nobody is reached at port 9003 of this computer yet');
  expect(lines.join('\n')).toContain('On Linux it must listen on 0.0.0.0');
  expect(lines.join('\n')).toContain('port 443, these paths');
  expect(lines.join('\n')).toContain('Each release has another path');
});

test('off, and on without its machine', () => {
  expect(drawn({ on: false })).toEqual(['Xdebug is off. bootdev xdebug on']);
  expect(drawn({ running: false })).toEqual(['Xdebug is on, and its machine does not run: bootdev up']);
});
