import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { engineError, errnoOf } from '@berth/errors';

/** The whole of `config.json`, with the keys that Berth knows nothing of. */
export type RawClientConfig = Record<string, unknown>;

/**
 * Changes `config.json` in a folder and keeps what it does not know. The file appears by rename, in Docker's
 * layout (tabs), readable for its owner only unless it had other permissions; a symbolic link stays one.
 * Throws client.bad-config when the present file is not JSON, so that nothing is lost.
 */
export function updateClientConfig(
  folder: string,
  change: (config: RawClientConfig) => RawClientConfig,
): void {
  const file = targetOf(path.join(folder, 'config.json'));
  const { config, mode } = readRaw(file);
  const text = JSON.stringify(change(config), undefined, '\t');
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    chmodSync(temporary, mode);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw badConfig(file, error);
  }
}

function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function readRaw(file: string): { config: RawClientConfig; mode: number } {
  try {
    const text = readFileSync(file, 'utf8');
    const mode = statSync(file).mode & 0o777;
    if (text.trim() === '') return { config: {}, mode };
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      throw new Error('the file is not a JSON object');
    }
    return { config: parsed as RawClientConfig, mode };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { config: {}, mode: 0o600 };
    throw badConfig(file, error);
  }
}

function badConfig(file: string, error: unknown): Error {
  return engineError(
    'client.bad-config',
    { path: file, reason: (error as Error).message },
    { cause: error },
  );
}
