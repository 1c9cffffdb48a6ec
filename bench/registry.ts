import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Engine, eventually, runCommand } from '@berth/testing';
import type { ImageLayout } from './image-layouts.ts';
import { median, milliseconds, type Row } from './measure.ts';

const rounds = 3;

/** Pull and push against Debian's docker-registry, one for each engine, in the engine's network namespace. */
export async function benchRegistry(
  engines: readonly [Engine, Engine],
  layouts: readonly ImageLayout[],
  folder: string,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const layout of layouts) {
    const [docker, berth] = [
      new Samples(layout, engines[0], folder),
      new Samples(layout, engines[1], folder),
    ];
    for (const samples of [docker, berth]) await samples.fill();
    for (let round = -1; round < rounds; round++) {
      for (const samples of [docker, berth]) await samples.take(round);
    }
    for (const samples of [docker, berth]) await samples.end();
    rows.push(...rowsOf(layout, docker, berth));
  }
  return rows;
}

function rowsOf(layout: ImageLayout, docker: Samples, berth: Samples): Row[] {
  const row = (what: string, unit: string, value: (samples: Samples) => number): Row => ({
    what: `${what} of ${layout.what}`,
    unit,
    docker: value(docker),
    berth: value(berth),
  });
  const middle = (key: 'pull' | 'push', part: keyof Sample) => (samples: Samples) =>
    median(samples[key].map((sample) => sample[part]));
  const peak = (key: 'pull' | 'push') => (samples: Samples) =>
    Math.max(...samples[key].map(({ peakBytes }) => peakBytes)) / 2 ** 20;
  return [
    { ...row('pull', 'ms', middle('pull', 'wall')), target: { ratio: layout.pullTarget } },
    row('CPU of the pull', 'ms', middle('pull', 'cpu')),
    row('peak memory of the pull', 'MiB', peak('pull')),
    { ...row('push', 'ms', middle('push', 'wall')), target: { ratio: 0.5 } },
    row('CPU of the push', 'ms', middle('push', 'cpu')),
    row('peak memory of the push', 'MiB', peak('push')),
  ];
}

interface Sample {
  /** Milliseconds. */
  readonly wall: number;
  readonly cpu: number;
  readonly peakBytes: number;
}

/** One engine's pulls from a full registry and pushes to empty ones. */
class Samples {
  readonly pull: Sample[] = [];
  readonly push: Sample[] = [];
  readonly #layout: ImageLayout;
  readonly #engine: Engine;
  readonly #folder: string;
  #registry: EngineRegistry | undefined;

  constructor(layout: ImageLayout, engine: Engine, folder: string) {
    this.#layout = layout;
    this.#engine = engine;
    this.#folder = folder;
  }

  async fill(): Promise<void> {
    this.#registry = await EngineRegistry.start(this.#engine, this.#folder);
    await this.#registry.fill(this.#layout.folder, this.#layout.name);
  }

  /** The first round, below 0, warms up and does not count. */
  async take(round: number): Promise<void> {
    const engine = this.#engine;
    const source = `${this.#registry?.host}/${this.#layout.name}`;
    const pulled = await measured(engine, () => engine.docker(['pull', '-q', source]));
    await using registry = await EngineRegistry.start(engine, this.#folder);
    const target = `${registry.host}/${this.#layout.name}`;
    await engine.docker(['tag', source, target]);
    const pushed = await measured(engine, () => engine.docker(['push', '-q', target]));
    await engine.docker(['rmi', source, target]);
    // What is removed in the background must not cost the next measurement.
    await engine.settle();
    if (round < 0) return;
    this.pull.push(pulled);
    this.push.push(pushed);
  }

  async end(): Promise<void> {
    await this.#registry?.[Symbol.asyncDispose]();
  }
}

async function measured(engine: Engine, action: () => Promise<unknown>): Promise<Sample> {
  engine.resetPeakMemory();
  const before = engine.cpuMilliseconds();
  const wall = await milliseconds(action);
  const cpu = engine.cpuMilliseconds() - before;
  return { wall, cpu, peakBytes: engine.peakMemory() };
}

let nextPort = 5000;

/** docker-registry inside an engine's network namespace, on a folder of its own. */
export class EngineRegistry implements AsyncDisposable {
  readonly host: string;
  readonly #engine: Engine;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(engine: Engine, folder: string, host: string) {
    this.host = host;
    this.#engine = engine;
    this.#folder = folder;
    mkdirSync(folder);
    const config = path.join(folder, 'config.yml');
    const storage = { filesystem: { rootdirectory: path.join(folder, 'data') } };
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ version: 0.1, storage, http: { addr: host } }));
    const log = openSync(path.join(folder, 'log'), 'a');
    const args = [`--net=/proc/${engine.pid}/ns/net`, 'docker-registry', 'serve', config];
    this.#child = spawn('nsenter', args, { stdio: ['ignore', log, log] });
    closeSync(log);
  }

  static async start(engine: Engine, folder: string): Promise<EngineRegistry> {
    const port = nextPort++;
    const own = path.join(folder, `registry-${port}`);
    const registry = new EngineRegistry(engine, own, `127.0.0.1:${port}`);
    await eventually(() => readFileSync(path.join(own, 'log'), 'utf8').includes('listening on'));
    return registry;
  }

  async fill(layout: string, name: string): Promise<void> {
    const target = `docker://${this.host}/${name}:latest`;
    const args = ['copy', '--dest-tls-verify=false', '--insecure-policy', `oci:${layout}`, target];
    const net = `--net=/proc/${this.#engine.pid}/ns/net`;
    const result = await runCommand('nsenter', [net, 'skopeo', ...args], {
      timeoutMilliseconds: 120_000,
    });
    if (result.code !== 0) throw new Error(`skopeo: ${result.stderr}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
