import { readFileSync, statSync } from 'node:fs';

/**
 * Which group may use a socket, in words: `the group docker ("usermod -aG docker USER")`. Where that cannot be
 * known, or where joining a group would not help, it is told in general.
 */
export function socketGroup(path: string | undefined, groups = '/etc/group'): string {
  try {
    if (path !== undefined) {
      const { gid, mode } = statSync(path);
      const name = groupName(readFileSync(groups, 'utf8'), gid);
      // Connecting takes the right to write (unix(7)); the group of root is no group to join.
      if (name !== undefined && gid !== 0 && (mode & 0o020) !== 0) {
        return `the group ${name} ("usermod -aG ${name} USER")`;
      }
    }
  } catch {
    // A socket in a folder that may not be looked into.
  }
  return 'the group that owns the socket';
}

/** The name of a group in the text of /etc/group (group(5)). */
function groupName(text: string, gid: number): string | undefined {
  const fields = text.split('\n').map((line) => line.split(':'));
  return fields.find(([, , id]) => id === String(gid))?.[0];
}
