import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { type Engine, eventually, runCommand } from '@berth/testing';
import { median, type Row } from './measure.ts';

const program = path.join(import.meta.dirname, 'dns-load.ts');
const rounds = 5;
const neighbours = 20;
const [typeA, typePtr, typeAaaa] = ['1', '12', '28'] as const;

/** A network with names in it, and a server of other names in one of its containers. */
interface NameLab extends AsyncDisposable {
  readonly engine: Engine;
  /** The container that asks. */
  readonly namespace: string;
  readonly reverseName: string;
}

interface Question {
  readonly what: string;
  readonly type: string;
  readonly name: (lab: NameLab) => string;
}

const questions: readonly Question[] = [
  { what: 'a container', type: typeA, name: () => 'names-server' },
  { what: `an alias of ${neighbours} containers`, type: typeA, name: () => 'neighbour' },
  { what: 'a container, IPv6, which it has not', type: typeAaaa, name: () => 'names-server' },
  { what: 'an address', type: typePtr, name: ({ reverseName }) => reverseName },
  { what: 'a name of another server', type: typeA, name: () => 'www.example.com' },
];

/** Names at 127.0.0.11: time for a question with many under way, and until an answer is right. Smaller is better. */
export async function benchDns(engines: readonly [Engine, Engine]): Promise<Row[]> {
  await using docker = await makeLab(engines[0]);
  await using berth = await makeLab(engines[1]);
  const labs = [docker, berth] as const;
  const rows: Row[] = [];
  for (const { what, type, name } of questions) {
    rows.push(
      await compare(labs, `name: ${what}`, 'µs each', Math.min, (lab) =>
        run(lab.namespace, 'ask', '127.0.0.11', name(lab), type, '0.5'),
      ),
    );
  }
  for (const [what, before, command, wanted] of [
    ['connect', 'disconnect', 'connect', 'yes'],
    ['disconnect', 'connect', 'disconnect', 'no'],
  ] as const) {
    const target = { value: 50 };
    const row = await compare(labs, `${what}: until names are right`, 'ms', middle, async (lab) => {
      await lab.engine.tryDocker(['network', before, 'bench-names', 'names-late']);
      await lab.engine.docker(['network', command, 'bench-names', 'names-late']);
      return await run(lab.namespace, 'until', '127.0.0.11', 'names-late', wanted);
    });
    rows.push({ ...row, target });
  }
  return rows;
}

const middle = (...values: number[]) => median(values);

/** Values of both engines, taken in turns. */
async function compare(
  labs: readonly [NameLab, NameLab],
  what: string,
  unit: string,
  choose: (...values: number[]) => number,
  measure: (lab: NameLab) => Promise<number>,
): Promise<Row> {
  const values: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const [index, lab] of labs.entries()) values[index]?.push(await measure(lab));
  }
  return { what, unit, docker: choose(...values[0]), berth: choose(...values[1]) };
}

async function run(namespace: string, ...args: readonly string[]): Promise<number> {
  const command = [`--net=${namespace}`, process.execPath, program, ...args];
  const { code, stdout, stderr } = await runCommand('nsenter', command);
  if (code !== 0) throw new Error(`dns-load ${args.join(' ')}: ${stderr}`);
  return Number(stdout);
}

async function makeLab(engine: Engine): Promise<NameLab> {
  const servers: ChildProcess[] = [];
  const undo = async () => {
    for (const server of servers) server.kill('SIGKILL');
    await engine.removeContainers();
    await engine.tryDocker(['network', 'rm', 'bench-names']);
  };
  try {
    await engine.docker(['network', 'create', 'bench-names']);
    const start = (name: string, ...flags: string[]) =>
      engine.docker(['run', '-d', '--name', name, ...flags, 'bench-busybox', 'sleep', '3600']);
    const inspect = (name: string, format: string) =>
      engine.docker(['inspect', '-f', format, name]);
    const namespaceOf = async (name: string) =>
      `/proc/${await inspect(name, '{{.State.Pid}}')}/ns/net`;
    const own = ['--network', 'bench-names'];
    await start('names-server', ...own);
    const address = await inspect(
      'names-server',
      '{{(index .NetworkSettings.Networks "bench-names").IPAddress}}',
    );
    for (let number = 0; number < neighbours; number++) {
      await start(`names-${number}`, ...own, '--network-alias', 'neighbour');
    }
    await start('names-late');
    await start('names-client', ...own, '--dns', address);
    const serve = [process.execPath, program, 'serve', address];
    const server = await namespaceOf('names-server');
    servers.push(spawn('nsenter', [`--net=${server}`, ...serve], { stdio: 'ignore' }));
    const namespace = await namespaceOf('names-client');
    await eventually(() => run(namespace, 'ask', '127.0.0.11', 'www.example.com', typeA, '0'));
    return {
      ...{ engine, namespace },
      reverseName: `${address.split('.').reverse().join('.')}.in-addr.arpa`,
      [Symbol.asyncDispose]: undo,
    };
  } catch (error) {
    await undo();
    throw error;
  }
}
