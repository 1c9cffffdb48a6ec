import type { IdMappings, IdRange } from '@berth/kernel';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What an ID that has no counterpart is shown as (user_namespaces(7), overflowuid). */
const nobody = 65_534;

/** The owner as a container sees it. */
export function ownerInside({ uids, gids }: IdMappings, { uid, gid }: Owner): Owner {
  return { uid: inside(uids, uid) ?? nobody, gid: inside(gids, gid) ?? nobody };
}

/** The owner as the host sees it; undefined for an ID that the container cannot have. */
export function ownerOutside({ uids, gids }: IdMappings, owner: Owner): Owner | undefined {
  const uid = outside(uids, owner.uid);
  const gid = outside(gids, owner.gid);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function inside(ranges: readonly IdRange[], id: number): number | undefined {
  const range = ranges.find((each) => id >= each.outside && id < each.outside + each.size);
  return range === undefined ? undefined : id - range.outside + range.inside;
}

function outside(ranges: readonly IdRange[], id: number): number | undefined {
  const range = ranges.find((each) => id >= each.inside && id < each.inside + each.size);
  return range === undefined ? undefined : id - range.inside + range.outside;
}
