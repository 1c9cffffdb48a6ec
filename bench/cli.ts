import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import type { Engine } from '@berth/testing';
import { median, type Row } from './measure.ts';

/**
 * The command line itself: `docker ps` and `berth ps` in turns on the same daemon (ours), and for comparison what a
 * Node program that does nothing takes, which is the least that a command line on Node can take.
 */

const repository = path.resolve(import.meta.dirname, '..');
const rounds = 20;
const runsPerRound = 5;

const clients = {
  docker: ['docker', 'ps'],
  berth: [path.join(repository, 'bin/berth'), 'ps'],
  'empty Node program': [process.execPath, '-e', '0'],
} as const;
type Client = keyof typeof clients;

export async function benchCommandLine(berth: Engine): Promise<Row[]> {
  const environment = { ...process.env, DOCKER_HOST: berth.host, BERTH_HOST: berth.host };
  const processorTimes = new Map<Client, number[]>();
  const firstBytes = new Map<Client, number[]>();
  for (let round = -1; round < rounds; round++) {
    for (const client of Object.keys(clients) as Client[]) {
      const time = processorTime(clients[client], environment);
      const wait = await firstByte(clients[client], environment);
      if (round < 0) continue;
      processorTimes.set(client, [...(processorTimes.get(client) ?? []), time]);
      firstBytes.set(client, [...(firstBytes.get(client) ?? []), wait]);
    }
  }
  const of = (times: Map<Client, number[]>, client: Client) => median(times.get(client) ?? []);
  const row = (what: string, times: Map<Client, number[]>, client: Client) => {
    return { what, unit: 'ms', docker: of(times, 'docker'), berth: of(times, client) };
  };
  return [
    { ...row('`ps`, CPU of the client', processorTimes, 'berth'), target: { ratio: 1.7 } },
    row('the same, a Node program that does nothing', processorTimes, 'empty Node program'),
    { ...row('`ps`, first byte', firstBytes, 'berth'), target: { value: 40 } },
  ];
}

/** User and system time of one run in milliseconds, from `times` of a shell that waited for some. */
function processorTime(command: readonly string[], env: NodeJS.ProcessEnv): number {
  const script = `for run in ${'x '.repeat(runsPerRound)}; do "$@" >/dev/null; done; times`;
  const text = execFileSync('sh', ['-c', script, 'sh', ...command], { env, encoding: 'utf8' });
  const children = text.trim().split('\n').at(-1) ?? '';
  const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = times.reduce(
    (sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest),
    0,
  );
  return (1000 * seconds) / runsPerRound;
}

function firstByte([program, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let came: number | undefined;
    const child = spawn(program ?? '', args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    child.once('error', reject);
    child.stdout.on('data', () => {
      came ??= performance.now() - started;
    });
    child.once('close', () => resolve(came ?? performance.now() - started));
  });
}
