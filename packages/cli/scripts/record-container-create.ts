/**
 * Records what the docker command line sends to ContainerCreate for the flags in
 * fixtures/container-create-cases.json, into fixtures/container-create.json. Needs the docker client of
 * the release that Berth follows on the PATH; run it only to move to another release:
 * `sh scripts/with-node.sh packages/cli/scripts/record-container-create.ts`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateCase, caseArguments, fixtureFolder } from '../testsuite/create-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-record-'));
const socket = join(folder, 'engine.sock');
let recorded: { url: string; body: string } | undefined;

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const url = (request.url ?? '').replace(/^\/v[\d.]+/, '');
    if (url === '/_ping') {
      response.writeHead(200, { 'Api-Version': '1.51', Ostype: 'linux' }).end('OK');
    } else if (url.startsWith('/containers/create')) {
      recorded = { url, body };
      response
        .writeHead(201, { 'Content-Type': 'application/json' })
        .end('{"Id":"1","Warnings":[]}');
    } else {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    }
  });
});
await new Promise<void>((resolve) => server.listen(socket, resolve));

function run(args: readonly string[]): Promise<{ code: number; error: string }> {
  return new Promise((resolve) => {
    const child = spawn('docker', ['create', ...args], {
      cwd: fixtureFolder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        DOCKER_HOST: `unix://${socket}`,
        BERTH_TEST_VALUE: 'from the client',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let error = '';
    child.stderr.on('data', (chunk) => {
      error += chunk;
    });
    child.on('close', (code) => resolve({ code: code ?? -1, error }));
  });
}

const cases = JSON.parse(
  readFileSync(join(fixtureFolder, 'container-create-cases.json'), 'utf8'),
) as string[][];
const results: CreateCase[] = [];
let plain: Record<string, unknown> | undefined;
for (const flags of cases) {
  recorded = undefined;
  const { code, error } = await run(caseArguments(flags, folder));
  if (recorded === undefined) {
    const message =
      error
        .split('\n\n')[0]
        ?.replace(/^docker: /, '')
        .trim() ?? '';
    results.push({ flags, exitCode: code, error: message.replaceAll(folder, '@folder') });
    continue;
  }
  const { url, body } = recorded as { url: string; body: string };
  const sent = JSON.parse(
    body.replaceAll(`${fixtureFolder}`, '@cwd').replaceAll(folder, '@folder'),
  ) as Record<string, unknown>;
  plain ??= sent;
  results.push({
    flags,
    query: url.split('?')[1] ?? '',
    body: flags.length === 0 ? sent : changes(plain, sent),
  });
}

/** Only what differs from the container without flags; HostConfig field by field. */
function changes(
  from: Record<string, unknown>,
  to: Record<string, unknown>,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    if (JSON.stringify(from[name]) === JSON.stringify(to[name])) continue;
    out[name] =
      name === 'HostConfig'
        ? changes(from[name] as Record<string, unknown>, to[name] as Record<string, unknown>)
        : name in to
          ? to[name]
          : '@absent';
  }
  return out;
}

const lines = results.map((result) => `  ${JSON.stringify(result)}`);
writeFileSync(join(fixtureFolder, 'container-create.json'), `[\n${lines.join(',\n')}\n]\n`);
server.close();
server.closeAllConnections();
rmSync(folder, { recursive: true });
