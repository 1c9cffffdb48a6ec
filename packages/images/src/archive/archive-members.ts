import { engineError } from '@berth/errors';
import { algorithmOf, type Digest, encodedOf } from '@berth/oci';
import type { StagedBlob } from '../staged-blob.ts';

/** A member of an archive: a small document in memory, a staged blob, one that the store has, or a link. */
export type ArchiveMember =
  | { readonly type: 'document'; readonly data: Buffer }
  | { readonly type: 'staged'; readonly blob: StagedBlob }
  | { readonly type: 'stored'; readonly digest: Digest; readonly size: number }
  | { readonly type: 'link'; readonly target: string };

export type ResolvedMember = Exclude<ArchiveMember, { readonly type: 'link' }>;

const linkLimit = 10;

/** What an archive held, by name. */
export class ArchiveMembers {
  readonly #members: ReadonlyMap<string, ArchiveMember>;

  constructor(members: ReadonlyMap<string, ArchiveMember>) {
    this.#members = members;
  }

  /** The member after following links; undefined when there is none. */
  find(name: string): ResolvedMember | undefined {
    let current = name;
    for (let hop = 0; hop <= linkLimit; hop++) {
      const member = this.#members.get(current);
      if (member?.type !== 'link') return member;
      current = member.target;
    }
    throw engineError('images.invalid-archive', { reason: `too many links at ${name}` });
  }

  blob(digest: Digest): ResolvedMember | undefined {
    return this.find(blobName(digest));
  }
}

export function blobName(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${encodedOf(digest)}`;
}

export function missing(name: string): Error {
  return engineError('images.invalid-archive', { reason: `${name} is missing` });
}
