import { engineError } from '@berth/errors';
import type { ResolvedUser } from '../spec-request.ts';

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface UserRequest {
  /** `name`, `uid`, `name:group`, `uid:gid` …; empty for root. */
  readonly user: string;
  /** Contents of the image's /etc/passwd and /etc/group; empty when missing. They are hostile. */
  readonly passwd: string;
  readonly group: string;
  /** --group-add: names or numbers. */
  readonly groupAdd: readonly string[];
}

const largestId = 2 ** 31 - 1;

/**
 * The ids that a user string means inside an image. A number need not be listed; a name must be.
 * Supplementary groups are those that list the user, unless a group was named explicitly.
 */
export function resolveUser(request: UserRequest): ResolvedUser {
  const colon = request.user.indexOf(':');
  const userPart = colon < 0 ? request.user : request.user.slice(0, colon);
  const groupPart = colon < 0 ? '' : request.user.slice(colon + 1);
  const groups = parseGroup(request.group);
  const entry = findUser(userPart === '' ? '0' : userPart, parsePasswd(request.passwd));
  const memberOf = groups
    .filter((group) => entry.name !== undefined && group.members.includes(entry.name))
    .map((group) => group.gid);
  const gid = groupPart === '' ? entry.gid : groupId(groupPart, groups);
  const extra = request.groupAdd.map((name) => groupId(name, groups));
  const supplementary = groupPart === '' ? memberOf : [];
  return {
    uid: entry.uid,
    gid,
    additionalGids: [...new Set([gid, ...supplementary, ...extra])],
    home: entry.home,
  };
}

function findUser(
  user: string,
  passwd: readonly PasswdEntry[],
): { uid: number; gid: number; home: string; name?: string } {
  const byName = passwd.find((candidate) => candidate.name === user);
  if (byName !== undefined) return byName;
  const uid = numericId(user);
  if (uid === undefined) throw engineError('runtime.unknown-user', { user });
  return passwd.find((candidate) => candidate.uid === uid) ?? { uid, gid: 0, home: '/' };
}

function groupId(group: string, groups: readonly GroupEntry[]): number {
  const byName = groups.find((candidate) => candidate.name === group);
  const gid = byName?.gid ?? numericId(group);
  if (gid === undefined) throw engineError('runtime.unknown-group', { group });
  return gid;
}

function numericId(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const id = Number(text);
  if (id > largestId) throw engineError('runtime.id-out-of-range', { id: text });
  return id;
}

function parsePasswd(text: string): PasswdEntry[] {
  return lines(text).flatMap((line) => {
    const [name = '', , uid = '', gid = '', , home = ''] = line.split(':');
    return /^\d{1,10}$/.test(uid) && /^\d{1,10}$/.test(gid)
      ? [{ name, uid: Number(uid), gid: Number(gid), home: home === '' ? '/' : home }]
      : [];
  });
}

function parseGroup(text: string): GroupEntry[] {
  return lines(text).flatMap((line) => {
    const [name = '', , gid = '', members = ''] = line.split(':');
    return /^\d{1,10}$/.test(gid)
      ? [{ name, gid: Number(gid), members: members.split(',').map((member) => member.trim()) }]
      : [];
  });
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}
