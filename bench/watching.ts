import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createEngineClient, type EngineClient } from '@berth/engine-client';
import { TestDaemon } from '@berth/testing';

/**
 * What watching containers costs the daemon, in percent of one core: health probes of each kind once a second, and
 * statistics streamed to one client each. `--containers` says how many (300 probed, two thirds of them streamed).
 */
const { values: options } = parseArgs({
  options: {
    containers: { type: 'string', default: '300' },
    seconds: { type: 'string', default: '10' },
  },
});
const count = Number(options.containers);
const seconds = Number(options.seconds);

/** CPU seconds (user and system) of the process so far; clock ticks are 1/100 s. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function load(pid: number): Promise<number> {
  const before = cpuOf(pid);
  await sleep(seconds * 1000);
  return ((cpuOf(pid) - before) / seconds) * 100;
}

async function startAll(engine: EngineClient, body: object, number = count): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < number; index++) {
    const { Id } = await engine.json<{ Id: string }>('POST', '/containers/create', { json: body });
    await engine.text('POST', `/containers/${Id}/start`);
    ids.push(Id);
  }
  return ids;
}

async function removeAll(engine: EngineClient, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await engine.text('DELETE', `/containers/${id}`, { query: { force: true, v: true } });
  }
}

function report(what: string, percent: number): void {
  process.stdout.write(`${what.padEnd(60)} ${percent.toFixed(1)} %\n`);
}

await using daemon = await TestDaemon.start();
const engine = createEngineClient({ host: daemon.host });
const serving = ['httpd', '-f', '-p', '8080', '-h', '/etc'];
const everySecond = { Interval: 1e9, Timeout: 5e9 };
const cases: readonly (readonly [what: string, body: object])[] = [
  ['tcp', { Labels: { 'berth.health.probe': 'tcp://:8080' }, Healthcheck: everySecond }],
  ['http', { Labels: { 'berth.health.probe': 'http://:8080/hostname' }, Healthcheck: everySecond }],
  // Without a filter the shim does without the runtime also where that is runc.
  [
    'exec',
    {
      Healthcheck: { ...everySecond, Test: ['CMD', 'true'] },
      HostConfig: { NetworkMode: 'none', SecurityOpt: ['seccomp=unconfined'] },
    },
  ],
];
const idle = { Image: 'busybox', Cmd: serving, HostConfig: { NetworkMode: 'none' } };

for (const [what, body] of cases) {
  const ids = await startAll(engine, { ...idle, ...body });
  report(`${count} containers, ${what} probe each second`, await load(daemon.pid));
  await removeAll(engine, ids);
}

const ids = await startAll(engine, idle, Math.ceil((count * 2) / 3));
report(`${ids.length} idle containers`, await load(daemon.pid));
const stop = new AbortController();
const streams = ids.map(async (id) => {
  const { body } = await engine.stream('GET', `/containers/${id}/stats`, { signal: stop.signal });
  body.on('error', () => undefined).resume();
});
await Promise.all(streams);
report(`${ids.length} statistics streams`, await load(daemon.pid));
stop.abort();
await removeAll(engine, ids);
