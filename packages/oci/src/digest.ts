import { createHash } from 'node:crypto';

/** A content digest such as `sha256:` followed by 64 lower-case hex digits (image-spec descriptor.md#digests). */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const patterns: Readonly<Record<string, RegExp>> = {
  sha256: /^[0-9a-f]{64}$/,
  sha512: /^[0-9a-f]{128}$/,
};

/** The digest in `text`, or undefined when it is not a well-formed digest of a known algorithm. */
export function parseDigest(text: string): Digest | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  const pattern = Object.hasOwn(patterns, text.slice(0, colon))
    ? patterns[text.slice(0, colon)]
    : undefined;
  return pattern?.test(text.slice(colon + 1)) ? (text as Digest) : undefined;
}

export function algorithmOf(digest: Digest): 'sha256' | 'sha512' {
  return digest.slice(0, 6) as 'sha256' | 'sha512';
}

/** The hexadecimal part. */
export function encodedOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

export function sha256Of(data: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}
