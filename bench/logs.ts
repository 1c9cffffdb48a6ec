import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLinuxKernel } from '@berth/kernel/linux/linux-kernel.ts';
import { compressRotatedLogs } from '@berth/logs';
import type { Engine } from '@berth/testing';
import { writeLogFile } from './log-file.ts';
import { median, milliseconds, type Row } from './measure.ts';

const image = 'bench-busybox';
const mebibyte = 1 << 20;
/** `BERTH_BENCH_LOG_MIB`: size of the long log. */
const bytes = Number(process.env['BERTH_BENCH_LOG_MIB'] ?? 2048) * mebibyte;
const files = 20;
const day = 24 * 3600 * 1000;
const target = { value: 100 };

/** How long a client waits for its first bytes, and how fast containers start beside one that floods its log. */
export async function benchLogs(engines: readonly [Engine, Engine]): Promise<Row[]> {
  return [...(await longLogs(engines)), ...(await besideFlood(engines))];
}

async function longLogs(engines: readonly [Engine, Engine]): Promise<Row[]> {
  const [docker, berth] = engines;
  const paths = await Promise.all(
    engines.map(async (engine) => {
      // Bounds that the files below stay within.
      const options = ['--log-opt', 'max-size=3g', '--log-opt', `max-file=${files}`];
      await engine.docker(['run', '--name', 'long', ...options, image, 'true']);
      return await engine.docker(['inspect', '-f', '{{.LogPath}}', 'long']);
    }),
  );
  const now = Date.now();
  for (const path of paths) await writeLogFile(path, { bytes, from: now - day, to: now });
  const size = `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  const rows = [
    await firstBytes(`logs of ${size}: --tail 10`, engines, ['--tail', '10']),
    await firstBytes(`logs of ${size}: --since 1m`, engines, ['--since', sinceOf(now)]),
    await firstBytes(`logs of ${size}: --until 1m`, engines, ['--until', sinceOf(now)]),
  ];
  for (const path of paths) await writeRotated(path, now);
  rows.push(
    await firstBytes(`${files} rotated files: --tail 10`, engines, ['--tail', '10']),
    await firstBytes(`${files} rotated files: --since 1m`, engines, ['--since', sinceOf(now)]),
    await firstBytes(`${files} rotated files: --since 12h`, engines, ['--since', noonOf(now)]),
  );
  await compressRotatedLogs(
    paths[1] ?? '',
    createLinuxKernel().files,
    new AbortController().signal,
  );
  const alone = [undefined, berth] as const;
  rows.push(
    await firstBytes('the same, compressed: --tail 100000', alone, ['--tail', '100000']),
    await firstBytes('the same, compressed: --since 12h', alone, ['--since', noonOf(now)]),
    await firstBytes('the same, compressed: --until 1m', alone, ['--until', sinceOf(now)]),
  );
  for (const engine of [docker, berth]) await engine.docker(['rm', 'long']);
  return rows;
}

const sinceOf = (now: number) => new Date(now - 60_000).toISOString();
const noonOf = (now: number) => new Date(now - day / 2).toISOString();

async function writeRotated(path: string, now: number): Promise<void> {
  await rm(path);
  for (let number = files - 1; number >= 0; number--) {
    const file = number === 0 ? path : `${path}.${number}`;
    const part = { bytes: bytes / files, from: now - (day * (number + 1)) / files };
    await writeLogFile(`${path}.new`, { ...part, to: now - (day * number) / files });
    await rename(`${path}.new`, file);
  }
}

/** The best of some rounds: what else the machine does only makes them slower. */
async function firstBytes(
  what: string,
  engines: readonly (Engine | undefined)[],
  args: readonly string[],
): Promise<Row> {
  const [docker, berth] = await Promise.all(engines.map(async () => [] as number[]));
  for (let round = 0; round < 8; round++) {
    for (const [index, engine] of engines.entries()) {
      if (engine === undefined) continue;
      const times = index === 0 ? docker : berth;
      // One look is enough for what takes seconds.
      if ((times?.[0] ?? 0) > 2000) continue;
      times?.push(await milliseconds(() => firstByte(engine, ['logs', ...args, 'long'])));
    }
  }
  return { what, unit: 'ms', docker: best(docker), berth: best(berth), target };
}

function best(times: readonly number[] = []): number {
  return times.length === 0 ? Number.NaN : Math.min(...times);
}

/** From the start of the client until its first byte of output. */
async function firstByte(engine: Engine, args: readonly string[]): Promise<void> {
  const env = { ...process.env, DOCKER_HOST: engine.host };
  const client = spawn('docker', args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([
    once(client.stdout, 'data'),
    once(client, 'exit').then(([code]) => {
      throw new Error(`docker ${args.join(' ')} gave nothing, exit ${code}`);
    }),
  ]);
  const exited = once(client, 'exit');
  client.kill('SIGKILL');
  await exited;
}

/** Start times alone and beside a container that writes as fast as it can. */
async function besideFlood(engines: readonly [Engine, Engine]): Promise<Row[]> {
  const results: Record<string, { alone: number; beside: number; rate: number }> = {};
  for (const engine of engines) {
    const alone = await starts(engine);
    const line = 'x'.repeat(120);
    await engine.docker(['run', '-d', '--name', 'flood', image, 'yes', line]);
    const pid = await engine.docker(['inspect', '-f', '{{.State.Pid}}', 'flood']);
    const before = { written: written(pid), at: performance.now() };
    const beside = await starts(engine);
    const rate =
      (written(pid) - before.written) / mebibyte / ((performance.now() - before.at) / 1000);
    results[engine.name] = { alone, beside, rate };
    await engine.docker(['rm', '-f', 'flood']);
  }
  const { docker, berth } = results;
  const row = (what: string, unit: string, of: (result: typeof docker) => number): Row => ({
    ...{ what, unit, docker: of(docker), berth: of(berth) },
  });
  return [
    row('run --rm, none, alone', 'ms', (result) => result?.alone ?? Number.NaN),
    row('the same beside a log flood', 'ms', (result) => result?.beside ?? Number.NaN),
    {
      ...row('the latter by the former', '×', (result) =>
        result === undefined ? Number.NaN : result.beside / result.alone,
      ),
      target: { value: 2 },
    },
    row('written by the flood (more is better)', 'MiB/s', (result) => result?.rate ?? Number.NaN),
  ];
}

async function starts(engine: Engine): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 10; round++) {
    times.push(
      await milliseconds(() => engine.docker(['run', '--rm', '--network', 'none', image, 'true'])),
    );
    await sleep(50);
  }
  return median(times);
}

/** Bytes that the process has written so far. */
function written(pid: string): number {
  const found = /^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'));
  return Number(found?.[1] ?? 0);
}
