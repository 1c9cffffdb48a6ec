import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Engine, releaseHugetlb } from '@berth/testing';
import { benchCommandLine } from './cli.ts';
import { benchEveryday, benchScale } from './containers.ts';
import { benchDns } from './dns.ts';
import { freshDisk } from './fresh-disk.ts';
import { imageLayouts } from './image-layouts.ts';
import { benchImages, debianRoot } from './images.ts';
import { benchLogs } from './logs.ts';
import { formatRows, type Row } from './measure.ts';
import { benchNetwork } from './network.ts';
import { benchRegistry } from './registry.ts';

/**
 * `npm run bench [everyday] [cli] [images] [registry] [network] [logs] [scale]`: Debian's Docker and Berth side by side, driven by the same docker
 * client, each in its own network namespace, on a file system made for them (or in TMPDIR, if that is set). Prints medians
 * and ratios.
 */

const repository = path.resolve(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const isWanted = (part: string) => wanted.length === 0 || wanted.includes(part);

if (process.getuid?.() !== 0) {
  process.stderr.write('npm run bench needs root: it starts two container engines\n');
  process.exit(1);
}
execFileSync('sh', [path.join(repository, 'scripts/reference-docker.sh')], { stdio: 'inherit' });

/** Docker and Berth on fresh folders. */
async function startEngines(): Promise<readonly [Engine, Engine] & AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const docker = started.use(await Engine.start('docker', { hugetlbAsV1: true }));
  const berth = started.use(await Engine.start('berth', { hugetlbAsV1: true }));
  const kept = started.move();
  return Object.assign([docker, berth] as const, {
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  });
}

using undo = new DisposableStack();
if (process.env['TMPDIR'] === undefined) process.env['TMPDIR'] = undo.use(freshDisk()).folder;
const folder = mkdtempSync(path.join(tmpdir(), 'berth-bench-files-'));
const rows: Row[] = [];
try {
  await using engines = await startEngines();
  const [, berth] = engines;
  const busybox = path.join(folder, 'busybox.tar');
  execFileSync('sh', [
    '-c',
    `sh "$0" > "$1"`,
    path.join(repository, 'scripts/busybox-root.sh'),
    busybox,
  ]);
  for (const engine of engines) await engine.docker(['import', busybox, 'bench-busybox']);
  const parts = {
    everyday: () => benchEveryday(engines),
    cli: () => benchCommandLine(berth),
    images: async () => {
      const root = await debianRoot(path.join(repository, '.cache'));
      return await benchImages(engines, root, folder, startEngines);
    },
    registry: async () => {
      const cache = path.join(repository, '.cache');
      const layouts = await imageLayouts(cache, await debianRoot(cache));
      return await benchRegistry(engines, layouts, folder);
    },
    network: async () => [...(await benchNetwork(engines)), ...(await benchDns(engines))],
    logs: () => benchLogs(engines),
    scale: () => benchScale(engines),
  };
  const runtime = await berth.docker(['info', '-f', '{{.DefaultRuntime}}']);
  if (runtime !== 'crun') {
    process.stdout.write(
      `Berth runs with ${runtime} here, not with crun: its starts and execs take longer\n`,
    );
  }
  await berth.longestBlock();
  for (const [name, bench] of Object.entries(parts)) {
    if (!isWanted(name)) continue;
    rows.push(...(await bench()));
    rows.push({
      what: `longest event-loop block, ${name}`,
      unit: 'ms',
      docker: Number.NaN,
      berth: (await berth.longestBlock()) ?? Number.NaN,
      target: { value: 20 },
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  await releaseHugetlb();
}
process.stdout.write(`${formatRows(rows)}\n`);
