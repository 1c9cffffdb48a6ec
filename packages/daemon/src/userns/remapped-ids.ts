import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { engineError, errnoOf } from '@berth/errors';
import type { IdMappings, IdRange } from '@berth/kernel';
import {
  freeStart,
  parseSubordinateRanges,
  rangesOf,
  type SubordinateRange,
  usualCount,
} from './subordinate-ids.ts';

/** Whose ranges `default` means: Docker's name, so that its ranges go on to count. */
const defaultOwner = 'dockremap';

/**
 * The maps that the setting `userns-remap` stands for: `default`, `user`, `user:group`, `uid` or `uid:gid`; undefined
 * when it is empty. `default` takes ranges in /etc/subuid and /etc/subgid when it has none. Fails with
 * daemon.invalid-option. `etc` is the folder of the files.
 */
export function remappedIds(setting: string, etc = '/etc'): IdMappings | undefined {
  if (setting === '') return undefined;
  const fail = (reason: string): never => {
    throw engineError('daemon.invalid-option', { key: 'userns-remap', value: setting, reason });
  };
  const [user = '', group = user, ...rest] =
    setting === 'default' ? [defaultOwner] : setting.split(':');
  if (user === '' || group === '' || rest.length > 0) {
    fail('must be default, user, user:group, uid or uid:gid');
  }
  if (['root', '0'].includes(user)) fail('root cannot be mapped to itself');
  if (setting === 'default') registerDefault(etc, fail);
  return {
    uids: mapOf({ file: join(etc, 'subuid'), names: namesOf(join(etc, 'passwd'), user) }, fail),
    gids: mapOf({ file: join(etc, 'subgid'), names: namesOf(join(etc, 'group'), group) }, fail),
  };
}

type Fail = (reason: string) => never;

/** Ranges that lie one after the other inside. */
function mapOf(
  { file, names }: { readonly file: string; readonly names: readonly string[] },
  fail: Fail,
): IdRange[] {
  const ranges = rangesOf(readRanges(file), names);
  if (ranges.length === 0) {
    fail(
      `${file} has no range for ${names.join(' or ')}: add a line such as ${names[0]}:100000:65536`,
    );
  }
  const map: IdRange[] = [];
  let inside = 0;
  for (const { start, count } of ranges) {
    if (start === 0) fail(`${file} gives ${names[0]} the ID 0, which is root`);
    map.push({ inside, outside: start, size: count });
    inside += count;
  }
  return map;
}

function readRanges(file: string): SubordinateRange[] {
  return parseSubordinateRanges(readIfThere(file));
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** A name and its number count alike; the first is what was given. */
function namesOf(file: string, given: string): string[] {
  const entries = readIfThere(file)
    .split('\n')
    .map((line) => line.split(':'));
  const other = entries.find(([name, , id]) => name === given || id === given);
  const both = other === undefined ? [] : [other[0] ?? '', other[2] ?? ''];
  return [...new Set([given, ...both])].filter((name) => name !== '');
}

function registerDefault(etc: string, fail: Fail): void {
  for (const name of ['subuid', 'subgid']) {
    const file = join(etc, name);
    const text = readIfThere(file);
    const ranges = parseSubordinateRanges(text);
    if (rangesOf(ranges, [defaultOwner]).length > 0) continue;
    const start = freeStart(ranges) ?? fail(`${file} has no room for another ${usualCount} IDs`);
    const lead = text === '' || text.endsWith('\n') ? '' : '\n';
    appendFileSync(file, `${lead}${defaultOwner}:${start}:${usualCount}\n`, { mode: 0o644 });
  }
}

/** Fails with daemon.folder-unusable unless the root of containers may pass every folder above `folder`. */
export function requirePassable(folder: string): void {
  for (let path = folder; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) {
      throw engineError('daemon.folder-unusable', {
        path,
        reason:
          "it restricts access to the remapped root uid/gid; please fix by allowing 'o+x' permissions",
      });
    }
    if (path === dirname(path)) return;
  }
}
