import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Engine, runCommand } from '@berth/testing';
import { type Row, sideBySide } from './measure.ts';

/** A real Debian root file system as a tar; made once and kept in the cache folder. */
export async function debianRoot(cache: string): Promise<string> {
  const file = path.join(cache, 'debian-root.tar');
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const made = await runCommand('mmdebstrap', ['--variant=minbase', 'bookworm', file], {
    timeoutMilliseconds: 300_000,
  });
  if (made.code !== 0) throw new Error(`mmdebstrap failed: ${made.stderr}`);
  return file;
}

export async function benchImages(
  engines: readonly [Engine, Engine],
  tar: string,
  folder: string,
): Promise<Row[]> {
  const archive = path.join(folder, 'debian-image.tar');
  const rows: Row[] = [];
  rows.push(
    await sideBySide(engines, {
      what: 'import of a Debian root',
      rounds: 3,
      target: { ratio: 0.5 },
      action: (engine, round) => engine.docker(['import', tar, `debian:r${round}`]),
      cleanup: (engine, round) =>
        round < 2 ? engine.docker(['rmi', `debian:r${round}`]) : Promise.resolve(),
    }),
  );
  rows.push(
    await sideBySide(engines, {
      what: 'save of a Debian root',
      rounds: 3,
      target: { ratio: 0.5 },
      action: (engine) => engine.docker(['save', '-o', `${archive}.${engine.name}`, 'debian:r2']),
    }),
  );
  for (const engine of engines) await engine.docker(['rmi', 'debian:r2']);
  rows.push(
    await sideBySide(engines, {
      what: 'load of a Debian root',
      rounds: 3,
      target: { ratio: 0.5 },
      // Both read the archive that real Docker wrote.
      action: (engine) => engine.docker(['load', '-i', `${archive}.docker`]),
      cleanup: (engine) => engine.docker(['rmi', 'debian:r2']),
    }),
  );
  return rows;
}
