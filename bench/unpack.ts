import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WorkerLayerTransfer } from '@berth/snapshots';

/**
 * Layer unpack against `tar -xzf` of the same archives on fresh folders, in turns, medians and ratios.
 * `--root FILE` gives a gzipped root file system; without it mmdebstrap makes a Debian one.
 */
const { values: options } = parseArgs({
  options: {
    root: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
    rounds: { type: 'string', default: '5' },
  },
});

interface Sample {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

const work = mkdtempSync(join(options.folder, 'berth-bench-unpack-'));
process.umask(0);

function debianRoot(): string {
  if (options.root !== undefined) return options.root;
  const plain = join(work, 'root.tar');
  execFileSync('mmdebstrap', ['--variant=minbase', '--quiet', 'bookworm', plain], {
    stdio: 'inherit',
  });
  execFileSync('gzip', [plain]);
  return `${plain}.gz`;
}

function smallFiles(): string {
  const tree = join(work, 'small');
  for (let folder = 0; folder < 200; folder++) {
    const path = join(tree, `folder-${folder}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < 200; file++) {
      writeFileSync(
        join(path, `file-${file}.txt`),
        `content of file ${file} of ${folder}\n`.repeat(file % 40),
      );
    }
  }
  const archive = join(work, 'small.tar.gz');
  execFileSync('tar', ['-C', tree, '-czf', archive, '.']);
  rmSync(tree, { recursive: true });
  return archive;
}

async function timed(action: (target: string) => Promise<Sample> | Sample): Promise<Sample> {
  const target = join(work, 'target');
  mkdirSync(target);
  try {
    return await action(target);
  } finally {
    rmSync(target, { recursive: true });
  }
}

/** CPU time of tar and gzip together, by the shell's own account. */
function withTar(archive: string, target: string): Sample {
  const started = performance.now();
  const script = 'tar -xzpf "$1" --numeric-owner -C "$2" && times';
  const { stdout, status, stderr } = spawnSync('sh', ['-c', script, 'sh', archive, target], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tar failed: ${stderr}`);
  const times = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, m, s]) => Number(m) * 60 + Number(s),
  );
  return {
    milliseconds: performance.now() - started,
    cpuMilliseconds: times.reduce((sum, seconds) => sum + seconds, 0) * 1000,
  };
}

async function withBerth(
  transfer: WorkerLayerTransfer,
  source: string,
  directory: string,
): Promise<Sample> {
  const started = performance.now();
  const before = process.cpuUsage();
  await transfer.unpack({ source, directory, whiteouts: 'overlay' });
  const { user, system } = process.cpuUsage(before);
  return { milliseconds: performance.now() - started, cpuMilliseconds: (user + system) / 1000 };
}

function median(samples: readonly Sample[], key: keyof Sample): number {
  return samples.map((sample) => sample[key]).sort((a, b) => a - b)[samples.length >> 1]!;
}

async function compare(name: string, archive: string): Promise<string> {
  await using transfer = new WorkerLayerTransfer();
  const tar: Sample[] = [];
  const berth: Sample[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    tar.push(await timed((target) => withTar(archive, target)));
    berth.push(await timed((target) => withBerth(transfer, archive, target)));
  }
  const row = (['milliseconds', 'cpuMilliseconds'] as const).map((key) => {
    const [theirs, ours] = [median(tar, key), median(berth, key)];
    return `tar ${theirs.toFixed(0)} ms, berth ${ours.toFixed(0)} ms, ratio ${(ours / theirs).toFixed(2)}`;
  });
  return `${name}\n  wall  ${row[0]}\n  CPU   ${row[1]}\n`;
}

try {
  const archives = [
    ['Debian root', debianRoot()],
    ['40,000 small files', smallFiles()],
  ] as const;
  for (const [name, archive] of archives) {
    if (!existsSync(archive)) throw new Error(`${archive} is missing`);
    process.stdout.write(await compare(name, archive));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
