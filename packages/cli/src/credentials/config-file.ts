import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { engineError, errnoOf } from '@berth/errors';

/**
 * Changes `config.json` in the folder of the client configuration: keys that nobody here knows stay, a link to
 * another file stays one, and a reader never sees half of it. Fails with client.bad-config.
 */
export function changeConfigFile(
  folder: string,
  change: (config: Record<string, unknown>) => void,
): void {
  const path = `${folder}/config.json`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const config = readObject(path);
    change(config);
    const target = linkTarget(path);
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, JSON.stringify(sorted(config), undefined, '\t'), { mode: 0o600 });
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    const reason = errnoOf(error) ?? (error as Error).message;
    throw engineError('client.bad-config', { path, reason }, { cause: error });
  }
}

function readObject(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return {};
    throw error;
  }
  const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('it is not a JSON object');
  }
  return value as Record<string, unknown>;
}

function linkTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Servers in order, as Docker writes them. */
function sorted(config: Record<string, unknown>): Record<string, unknown> {
  const { auths } = config;
  if (typeof auths !== 'object' || auths === null) return config;
  const entries = Object.entries(auths).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...config, auths: Object.fromEntries(entries) };
}
