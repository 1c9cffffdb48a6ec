import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';

/**
 * The command lines whose functions are compiled at build time: what people and scripts wait for most. They run one
 * after the other, and each adds to what is compiled already.
 */
const commandLines: readonly (readonly string[])[] = [
  ['ps'],
  ['ps', '-a', '-q', '--filter', 'name=x'],
  ['images'],
  ['volume', 'ls'],
  ['network', 'ls'],
  ['inspect', 'web'],
  ['inspect', '--format', '{{.Name}} {{range .Mounts}}{{json .}}{{end}}', 'web'],
  ['logs', 'web'],
  ['run', '--rm', '-e', 'A=b', '-p', '80:80', '-v', '/a:/b', 'busybox', 'true'],
  ['exec', 'web', 'true'],
  ['start', 'web'],
  ['stop', '-t', '1', 'web'],
  ['rm', '-f', 'web'],
  ['pull', '-q', 'busybox'],
  ['version'],
  ['info'],
  ['--help'],
];

/** What the daemon of the warm-up answers, by the end of the path; to all else it answers with an error. */
const answers: readonly (readonly [RegExp, unknown])[] = [
  [/^\/_ping$/, ''],
  [
    /\/containers\/json$/,
    [
      {
        Id: 'c'.repeat(64),
        Names: ['/web'],
        Image: 'busybox',
        ImageID: `sha256:${'b'.repeat(64)}`,
        Command: 'sleep 1000',
        Created: 1,
        Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
        Labels: {},
        State: 'running',
        Status: 'Up 2 minutes',
        NetworkSettings: { Networks: {} },
        Mounts: [],
      },
    ],
  ],
  [
    /\/containers\/\w+\/json$/,
    { Id: 'c'.repeat(64), Name: '/web', Mounts: [{ Type: 'volume' }], Config: { Tty: false } },
  ],
  [/\/containers\/\w+\/logs$/, ''],
  [
    /\/images\/json$/,
    [{ Id: `sha256:${'b'.repeat(64)}`, RepoTags: ['busybox:1'], Created: 1, Size: 4_000_000 }],
  ],
  [/\/volumes$/, { Volumes: [{ Name: 'data', Driver: 'local', Scope: 'local' }] }],
  [/\/networks$/, [{ Id: 'a'.repeat(64), Name: 'bridge', Driver: 'bridge', Scope: 'local' }]],
  [/\/version$/, { Version: '1', ApiVersion: '1.51', Components: [] }],
  [/\/info$/, { Containers: 1, ServerVersion: '1', Plugins: {} }],
];

/**
 * Runs each command line with the program `starter` against a daemon that has one of everything, and calls `done`
 * after each.
 */
export async function warmUp(starter: string, folder: string, done: () => void): Promise<void> {
  const socket = path.join(folder, 'daemon.sock');
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const env = { BERTH_HOST: `unix://${socket}`, HOME: folder, PATH: process.env.PATH ?? '' };
  try {
    for (const words of commandLines) {
      const child = spawn(process.execPath, ['--', starter, ...words], { stdio: 'ignore', env });
      await once(child, 'close');
      done();
    }
  } finally {
    server.close();
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const target = new URL(request.url ?? '/', 'http://daemon').pathname;
  const known = answers.find(([place]) => place.test(target));
  const [, body] = known ?? [undefined, { message: 'not here' }];
  response.writeHead(known === undefined ? 500 : 200, {
    'Api-Version': '1.51',
    'Content-Type': 'application/json',
  });
  response.end(body === '' ? '' : JSON.stringify(body));
}
