import { readFileSync } from 'node:fs';

/** Numeric ID of a group by name or number, from /etc/group; undefined when there is none. */
export function groupId(group: string, path = '/etc/group'): number | undefined {
  if (/^\d+$/.test(group)) return Number(group);
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [name, , id] = line.split(':');
    if (name === group && id !== undefined) return Number(id);
  }
  return undefined;
}
