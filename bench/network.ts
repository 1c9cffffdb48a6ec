import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import type { Engine } from '@berth/testing';
import { eventually, runCommand } from '@berth/testing';
import { median, milliseconds, type Row } from './measure.ts';

/** Where a connection starts and what it goes to. */
interface Path {
  readonly what: string;
  readonly target: Row['target'];
  /** Arguments of nsenter(1) for the client, and the address and port that it connects to. */
  readonly client: (lab: Lab) => readonly [namespace: string, address: string, port: number];
}

const rounds = 5;
const seconds = 1;
const servedPort = 5201;
const publishedPort = 15_201;
const loadProgram = path.join(import.meta.dirname, 'network-load.ts');

const paths: readonly Path[] = [
  {
    what: 'container to container',
    target: { ratio: 1.05 },
    client: (lab) => [`/proc/${lab.peerPid}/ns/net`, lab.address, servedPort],
  },
  {
    what: 'host to container',
    target: { ratio: 1.05 },
    client: (lab) => [`/proc/${lab.engine.pid}/ns/net`, lab.address, servedPort],
  },
  {
    what: 'published port, from another machine (kernel in both)',
    target: { ratio: 1 / 0.95 },
    client: (lab) => [lab.outside, '10.98.0.1', publishedPort],
  },
  {
    what: 'published port, from 127.0.0.1 (proxy in Docker)',
    target: { ratio: 1 / 1.5 },
    client: (lab) => [`/proc/${lab.engine.pid}/ns/net`, '127.0.0.1', publishedPort],
  },
];

/**
 * One engine with a server container, a client container and another machine. Servers and clients are the
 * host's own programs inside these namespaces, the same for both engines.
 */
interface Lab extends AsyncDisposable {
  readonly engine: Engine;
  readonly address: string;
  readonly serverPid: string;
  readonly peerPid: string;
  /** The other machine's namespace. */
  readonly outside: string;
}

/** Throughput, connections, starts with many ports, names. Smaller is better in every row. */
export async function benchNetwork(engines: readonly [Engine, Engine]): Promise<Row[]> {
  const installed = await runCommand('iperf3', ['--version']).catch(() => undefined);
  if (installed?.code !== 0)
    throw new Error('the network bench needs iperf3: apt-get install iperf3');
  const rows: Row[] = [];
  {
    await using docker = await makeLab(engines[0]);
    await using berth = await makeLab(engines[1]);
    const labs = [docker, berth] as const;
    for (const way of paths) {
      rows.push(
        await compare(labs, `throughput: ${way.what}`, 'ms/GiB', way.target, (lab) =>
          throughput(lab, way),
        ),
      );
    }
    for (const way of paths.slice(2)) {
      const what = `CPU of everybody: ${way.what}`;
      rows.push(await compare(labs, what, 'ms/GiB', way.target, (lab) => processorTime(lab, way)));
    }
    for (const way of paths.slice(2)) {
      rows.push(
        await compare(labs, `connections: ${way.what}`, 'µs each', undefined, (lab) =>
          load(way.client(lab), 'connect'),
        ),
      );
    }
    rows.push(
      await compare(labs, 'name of a container at 127.0.0.11', 'µs each', undefined, (lab) =>
        load([`/proc/${lab.peerPid}/ns/net`, '127.0.0.11', 53], 'lookup'),
      ),
    );
  }
  return [...rows, ...(await startsWithPorts(engines))];
}

/** The best of several rounds, taken in turns: what else the machine does only ever makes them slower. */
async function compare(
  labs: readonly [Lab, Lab],
  what: string,
  unit: string,
  target: Row['target'],
  measure: (lab: Lab) => Promise<number>,
): Promise<Row> {
  const values: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const [index, lab] of labs.entries()) values[index]?.push(await measure(lab));
  }
  const [docker, berth] = values.map((taken) => Math.min(...taken)) as [number, number];
  return { ...{ what, unit, docker, berth }, ...(target === undefined ? {} : { target }) };
}

/** What iperf3(1) reports of one stream. */
interface Transfer {
  readonly sum_received: { readonly bits_per_second: number; readonly seconds: number };
  /** Percent of one core, of client and server. */
  readonly cpu_utilization_percent: { readonly host_total: number; readonly remote_total: number };
}

/** Milliseconds for a GiB. */
async function throughput(lab: Lab, way: Path): Promise<number> {
  return millisecondsEach(await transfer(lab, way));
}

/** Milliseconds of CPU for a GiB: client, server, and proxy. What else the machine does changes it little. */
async function processorTime(lab: Lab, way: Path): Promise<number> {
  const before = lab.engine.cpuMilliseconds();
  const sent = await transfer(lab, way);
  const { host_total, remote_total } = sent.cpu_utilization_percent;
  const gibibytes = (sent.sum_received.seconds * 1000) / millisecondsEach(sent);
  const engine = (lab.engine.cpuMilliseconds() - before) / gibibytes;
  return engine + (millisecondsEach(sent) * (host_total + remote_total)) / 100;
}

function millisecondsEach({ sum_received }: Transfer): number {
  return (2 ** 33 / sum_received.bits_per_second) * 1000;
}

async function transfer(lab: Lab, way: Path): Promise<Transfer> {
  const [namespace, address, port] = way.client(lab);
  const args = ['iperf3', '-J', '-c', address, '-p', String(port), '-t', String(seconds)];
  const { code, stdout, stderr } = await runCommand('nsenter', [`--net=${namespace}`, ...args]);
  if (code !== 0) throw new Error(`${lab.engine.name}: ${way.what}: ${stdout}${stderr}`);
  return (JSON.parse(stdout) as { readonly end: Transfer }).end;
}

/** Microseconds for one connection or lookup, many at a time. */
async function load(
  [namespace, address, port]: readonly [string, string, number],
  kind: 'connect' | 'lookup',
): Promise<number> {
  const target = kind === 'connect' ? String(port + 1) : String(port);
  const node = [process.execPath, loadProgram, kind, address, target, String(seconds)];
  const { code, stdout, stderr } = await runCommand('nsenter', [`--net=${namespace}`, ...node]);
  if (code !== 0) throw new Error(`${kind} ${address}:${target}: ${stderr}`);
  return Number(stdout);
}

async function makeLab(engine: Engine): Promise<Lab> {
  await engine.docker(['network', 'create', 'bench-net']);
  const run = ['run', '-d', '--network', 'bench-net'];
  const ports = ['-p', `${publishedPort}-${publishedPort + 1}:${servedPort}-${servedPort + 1}`];
  const sleeper = ['bench-busybox', 'sleep', '3600'];
  await engine.docker([...run, ...ports, '--name', 'bench-server', ...sleeper]);
  await engine.docker([...run, '--name', 'bench-peer', ...sleeper]);
  const inspect = (name: string, format: string) => engine.docker(['inspect', '-f', format, name]);
  const serverPid = await inspect('bench-server', '{{.State.Pid}}');
  const peerPid = await inspect('bench-peer', '{{.State.Pid}}');
  const networks = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = await inspect('bench-server', networks);
  const outside = spawn('unshare', ['--net', 'sleep', '3600'], { stdio: 'ignore' });
  const servers = [
    serve(serverPid, 'iperf3', ['-s', '-p', String(servedPort)]),
    serve(serverPid, process.execPath, [
      loadProgram,
      'accept',
      '0.0.0.0',
      String(servedPort + 1),
      '0',
    ]),
  ];
  await plugIn(engine, outside);
  await eventually(async () => {
    const node = [
      process.execPath,
      loadProgram,
      'connect',
      address,
      String(servedPort + 1),
      '0.05',
    ];
    const tried = await runCommand('nsenter', [`--net=/proc/${engine.pid}/ns/net`, ...node]);
    if (tried.code !== 0) throw new Error(tried.stderr);
  });
  return {
    ...{ engine, address, serverPid, peerPid, outside: `/proc/${outside.pid}/ns/net` },
    [Symbol.asyncDispose]: async () => {
      for (const child of [...servers, outside]) child.kill('SIGKILL');
      await engine.removeContainers();
      await engine.docker(['network', 'rm', 'bench-net']);
    },
  };
}

function serve(pid: string, program: string, args: readonly string[]): ChildProcess {
  return spawn('nsenter', [`--net=/proc/${pid}/ns/net`, program, ...args], { stdio: 'ignore' });
}

/** A cable between the engine's host and another machine, whose way to everywhere leads over the host. */
async function plugIn(engine: Engine, outside: ChildProcess): Promise<void> {
  const own = execFileSync('readlink', [`/proc/${process.pid}/ns/net`]);
  await eventually(() => !execFileSync('readlink', [`/proc/${outside.pid}/ns/net`]).equals(own));
  const script = [
    `ip link add lan0 type veth peer name eth0 netns ${outside.pid}`,
    'ip address add 10.98.0.1/24 dev lan0',
    'ip link set lan0 up',
    `nsenter --net=/proc/${outside.pid}/ns/net ip address add 10.98.0.2/24 dev eth0`,
    `nsenter --net=/proc/${outside.pid}/ns/net ip link set eth0 up`,
  ].join(' && ');
  execFileSync('nsenter', [`--net=/proc/${engine.pid}/ns/net`, 'sh', '-c', script]);
}

/** How often each engine starts a container with so many ports. Docker starts two proxies for each port. */
const starts: readonly {
  readonly ports: number;
  readonly docker: number;
  readonly berth: number;
}[] = [
  { ports: 1, docker: 3, berth: 3 },
  { ports: 10, docker: 3, berth: 3 },
  { ports: 100, docker: 1, berth: 3 },
  { ports: 1000, docker: 1, berth: 3 },
  { ports: 10_000, docker: 0, berth: 3 },
];
const mostBerthTakes = 300;

/** `start` of a container with so many published ports: what the docker client itself does with them is left out. */
async function startsWithPorts(engines: readonly [Engine, Engine]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { ports, ...times } of starts) {
    const taken: Record<Engine['name'], number[]> = { docker: [], berth: [] };
    for (const engine of engines) {
      if (times[engine.name] === 0) continue;
      const range = ports === 1 ? '20000' : `20000-${19_999 + ports}`;
      const create = ['create', '--name', 'many', '-p', `${range}:${range}`];
      await engine.docker([...create, 'bench-busybox', 'sleep', '3600']);
      for (let round = 0; round < times[engine.name]; round++) {
        taken[engine.name].push(await milliseconds(() => engine.docker(['start', 'many'])));
        await engine.docker(['stop', '-t', '0', 'many']);
      }
      await engine.removeContainers();
    }
    rows.push({
      what: `start with ${ports} published port${ports === 1 ? '' : 's'}`,
      unit: 'ms',
      docker: median(taken.docker),
      berth: median(taken.berth),
      ...(ports === 10_000 ? { target: { value: mostBerthTakes } } : {}),
    });
  }
  return rows;
}
