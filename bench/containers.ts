import type { Engine } from '@berth/testing';
import { median, milliseconds, type Row, type SideBySide, sideBySide } from './measure.ts';

const image = 'bench-busybox';
const sleeper = ['-d', image, 'sleep', '3600'];

/** What a person does all day, one command at a time. */
const everyday: readonly SideBySide[] = [
  {
    what: 'run --rm, bridge',
    rounds: 10,
    target: { ratio: 0.3 },
    action: (engine) => engine.docker(['run', '--rm', image, 'true']),
  },
  {
    what: 'run --rm, none',
    rounds: 10,
    target: { ratio: 0.3 },
    action: (engine) => engine.docker(['run', '--rm', '--network', 'none', image, 'true']),
  },
  {
    what: 'run --rm, host',
    rounds: 10,
    action: (engine) => engine.docker(['run', '--rm', '--network', 'host', image, 'true']),
  },
  {
    what: 'run --rm, published port',
    rounds: 8,
    action: (engine, round) =>
      engine.docker(['run', '--rm', '-p', `${18_000 + round}:80`, image, 'true']),
  },
  {
    what: 'run -d',
    rounds: 10,
    action: (engine, round) => engine.docker(['run', '--name', `d${round}`, ...sleeper]),
    cleanup: (engine, round) => engine.docker(['rm', '-f', `d${round}`]),
  },
  {
    what: 'stop and start again',
    rounds: 6,
    action: async (engine) => {
      await engine.docker(['stop', '-t', '0', 'cycle']);
      await engine.docker(['start', 'cycle']);
    },
  },
  {
    what: 'exec',
    rounds: 12,
    target: { ratio: 0.5 },
    action: (engine) => engine.docker(['exec', 'cycle', 'true']),
  },
  {
    what: 'logs of 10,000 lines',
    rounds: 6,
    action: (engine) => engine.docker(['logs', 'chatty']),
  },
];

export async function benchEveryday(engines: readonly [Engine, Engine]): Promise<Row[]> {
  for (const engine of engines) {
    await engine.docker(['run', '--name', 'cycle', ...sleeper]);
    await engine.docker(['run', '--name', 'chatty', image, 'seq', '10000']);
  }
  const rows: Row[] = [];
  for (const bench of everyday) rows.push(await sideBySide(engines, bench));
  for (const engine of engines) await engine.removeContainers();
  return rows;
}

/** How cost and memory grow with the number of containers. */
export async function benchScale(engines: readonly [Engine, Engine]): Promise<Row[]> {
  const curves = new Map<string, Scale>();
  for (const engine of engines) curves.set(engine.name, await measureScale(engine));
  const docker = curves.get('docker');
  const berth = curves.get('berth');
  if (docker === undefined || berth === undefined) throw new Error('both engines must be measured');
  const pair = (pick: (scale: Scale) => number) => ({ docker: pick(docker), berth: pick(berth) });
  return [
    { what: 'start, containers 1–10', unit: 'ms', ...pair((scale) => scale.first) },
    { what: 'start, containers 91–100', unit: 'ms', ...pair((scale) => scale.hundredth) },
    { what: 'start, containers 291–300', unit: 'ms', ...pair((scale) => scale.threeHundredth) },
    {
      what: 'start of the 300th / of the first ten',
      unit: '×',
      ...pair((scale) => scale.threeHundredth / scale.first),
      target: { value: 1.3 },
    },
    { what: 'ps with 100 containers', unit: 'ms', ...pair((scale) => scale.list) },
    {
      what: 'memory per idle container',
      unit: 'KiB',
      ...pair((scale) => scale.perContainer / 1024),
      target: { value: 100 },
    },
    {
      what: 'daemon with 100 containers',
      unit: 'MiB',
      ...pair((scale) => scale.daemon / 2 ** 20),
      target: { value: 100 },
    },
  ];
}

interface Scale {
  readonly first: number;
  readonly hundredth: number;
  readonly threeHundredth: number;
  readonly list: number;
  readonly perContainer: number;
  readonly daemon: number;
}

async function measureScale(engine: Engine): Promise<Scale> {
  const times: number[] = [];
  let list = Number.NaN;
  let perContainer = Number.NaN;
  let daemon = Number.NaN;
  for (let count = 1; count <= 300; count++) {
    times.push(await milliseconds(() => engine.docker(['run', ...sleeper])));
    if (count !== 100) continue;
    const lists: number[] = [];
    for (let round = 0; round < 5; round++)
      lists.push(await milliseconds(() => engine.docker(['ps'])));
    list = median(lists);
    perContainer = engine.shimMemory() / count;
    daemon = engine.daemonMemory();
  }
  await engine.removeContainers();
  return {
    first: median(times.slice(0, 10)),
    hundredth: median(times.slice(90, 100)),
    threeHundredth: median(times.slice(290, 300)),
    list,
    perContainer,
    daemon,
  };
}
