import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Engine, runCommand } from '@berth/testing';
import { type Row, sideBySide } from './measure.ts';

type Engines = readonly [Engine, Engine];

const rounds = 3;

/** A real Debian root file system as a tar; made once and kept in the cache folder. */
export async function debianRoot(cache: string): Promise<string> {
  const file = path.join(cache, 'debian-root.tar');
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  await run('mmdebstrap', ['--variant=minbase', 'bookworm', file]);
  return file;
}

/**
 * Import, save and load of a Debian root. Each round has a root of its own and nothing is removed in between: ext4
 * takes several times as long for new files for minutes after many were deleted, whoever makes them.
 */
export async function benchImages(
  engines: Engines,
  tar: string,
  folder: string,
  startEngines: () => Promise<Engines & AsyncDisposable>,
): Promise<Row[]> {
  for (let round = -1; round < rounds; round++) await distinctRoot(tar, folder, round);
  const rows = [
    await sideBySide(engines, {
      what: 'import of a Debian root',
      rounds,
      target: { ratio: 0.5 },
      action: (engine, round) => engine.docker(['import', rootOf(folder, round), imageOf(round)]),
    }),
    await sideBySide(engines, {
      what: 'save of a Debian root',
      rounds,
      target: { ratio: 0.5 },
      action: (engine, round) =>
        engine.docker(['save', '-o', archiveOf(folder, engine.name, round), imageOf(round)]),
      cleanup: async (engine, round) => {
        if (engine.name === 'berth') rmSync(archiveOf(folder, engine.name, round));
      },
    }),
  ];
  await using fresh = await startEngines();
  rows.push(
    await sideBySide(fresh, {
      what: 'load of a Debian root',
      rounds,
      target: { ratio: 0.5 },
      // Both read the archives that real Docker wrote.
      action: (engine, round) => engine.docker(['load', '-i', archiveOf(folder, 'docker', round)]),
    }),
  );
  return rows;
}

const imageOf = (round: number) => `debian:r${round + 1}`;
const rootOf = (folder: string, round: number) => path.join(folder, `root-${round + 1}.tar`);
const archiveOf = (folder: string, engine: string, round: number) =>
  path.join(folder, `archive-${round + 1}.${engine}.tar`);

/** The root with one file more, so that no layer is known already. */
async function distinctRoot(tar: string, folder: string, round: number): Promise<void> {
  const copy = rootOf(folder, round);
  copyFileSync(tar, copy);
  writeFileSync(path.join(folder, 'round'), `${round}\n`);
  await run('tar', ['--append', '--file', copy, '-C', folder, 'round']);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const result = await runCommand(command, args, { timeoutMilliseconds: 300_000 });
  if (result.code !== 0) throw new Error(`${command} failed: ${result.stderr}`);
}
