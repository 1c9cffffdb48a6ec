import { sniffCompression } from '@berth/snapshots/unpack/compression.ts';

/** Enough of a member to tell what it is. */
export const headLength = 512;

/** Members up to this size are kept in memory when they are no layers. */
export const documentLimit = 4 << 20;

export type MemberContent = 'document' | 'layer' | 'other';

const brace = 0x7b;
const bracket = 0x5b;

/**
 * What a member is, by its first bytes: JSON or a small text is a document, a tar (plain or compressed) is
 * taken for a layer. `head` holds the first `headLength` bytes, or all if there are fewer.
 */
export function sniffMember(name: string, size: number, head: Buffer): MemberContent {
  if (isTar(head) || isCompressed(head) || name.endsWith('/layer.tar')) return 'layer';
  if (size > documentLimit) return 'other';
  const first = head.find((byte) => byte > 0x20);
  const json = first === brace || first === bracket;
  return json || size <= headLength ? 'document' : 'other';
}

function isTar(head: Buffer): boolean {
  if (head.length < headLength) return false;
  return head.toString('latin1', 257, 262) === 'ustar' || head.every((byte) => byte === 0);
}

function isCompressed(head: Buffer): boolean {
  return sniffCompression(head) !== 'none';
}
