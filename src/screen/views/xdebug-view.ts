/** What to set in an IDE and a browser, in the order in which it is done. */
import type { Xdebug } from '../../events.ts';
import { blank, clean, type Line, span } from '../line.ts';

export function xdebugLines({ on, running, port, listening, url, mode, mapping }: Xdebug): Line[] {
  if (!on) return [[span('Xdebug is off. '), span('bootdev xdebug on', 'accent')]];
  if (!running) return [[span('Xdebug is on, and its machine does not run: bootdev up', 'work')]];
  const { hostname, port: urlPort } = new URL(url);
  const row = (name: string, text: string): Line => [span(name.padEnd(11), 'dim'), span(clean(text))];
  const reached: Line = listening
    ? [span('IDE'.padEnd(11), 'dim'), span(`listens at port ${port} of this computer, and is reached`, 'good')]
    : [span('IDE'.padEnd(11), 'dim'), span(`nobody is reached at port ${port} of this computer yet`, 'work')];
  return [
    [
      span('Xdebug is on', 'strong'),
      span(': a request that asks for it stops in your IDE; all others go where they went.'),
    ],
    blank,
    reached,
    ...(listening
      ? []
      : [
          row('', 'PhpStorm: Run › Start Listening for PHP Debug Connections. VS Code: Listen for Xdebug.'),
          row('', 'On Linux it must listen on 0.0.0.0, not on 127.0.0.1 alone, and a firewall must let Docker in.'),
        ]),
    row(
      'browser',
      `the extension Xdebug Helper (it sets the cookie XDEBUG_SESSION), or ${url}/?XDEBUG_SESSION_START=1`,
    ),
    row('command', 'XDEBUG_TRIGGER=1 bootdev php script.php   (drush, wp and run too, with a live folder)'),
    row('paths', `${mapping.container} on the machine is ${mapping.folder}`),
    ...(mode === 'live'
      ? []
      : [row('', 'Each release has another path: code.mode: live keeps it, and shows an edit at once.')]),
    row('PhpStorm', `Settings › PHP › Servers: name and host ${hostname}, port ${urlPort || '443'}, these paths;`),
    row('', 'Settings › PHP › Debug: both "Force break at first line" off'),
    row('VS Code', '.vscode/launch.json, with the extension PHP Debug:'),
    ...launch(port, mapping).map((text): Line => [span(text)]),
  ];
}

/** Whole, to be pasted. A folder of any name: JSON. */
const launch = (port: number, { container, folder }: Xdebug['mapping']) =>
  JSON.stringify(
    {
      version: '0.2.0',
      configurations: [
        {
          name: 'Listen for Xdebug',
          type: 'php',
          request: 'launch',
          hostname: '0.0.0.0',
          port,
          pathMappings: { [container]: folder },
        },
      ],
    },
    undefined,
    2,
  ).split('\n');
