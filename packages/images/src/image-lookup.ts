import { engineError } from '@berth/errors';
import {
  type AnyReference,
  type Digest,
  familiarString,
  formatReference,
  parseAnyReference,
  parseReference,
  type Reference,
  withDefaultTag,
} from '@berth/oci';
import { type ImageRecord, isDangling } from './image-record.ts';
import type { ImageRecords } from './image-records.ts';

/** What a user's text led to. */
export interface FoundImage {
  /** One record of the image: the one that was named, if one was. */
  readonly record: ImageRecord;
  readonly id: Digest;
  /** `name` when the text is a tagged or digested name, `id` when it is a whole or short ID. */
  readonly by: 'name' | 'id';
}

const shortId = /^(?:sha256:)?([a-f0-9]{4,64})$/;

/**
 * Finds an image by name (`busybox`, `busybox:1`, `busybox@sha256:…`), ID (`sha256:…` or 64 hex digits)
 * or unambiguous short ID of at least four digits. A name wins against an ID that looks alike. Fails
 * with images.not-found, images.ambiguous or images.invalid-reference.
 */
export function findImage(records: ImageRecords, text: string): FoundImage {
  const parsed = parseAnyReference(text);
  if (parsed.kind === 'digest') {
    const [record] = records.withTarget(parsed.digest);
    if (record === undefined) throw imageNotFound(text);
    return { record, id: parsed.digest, by: 'id' };
  }
  const { reference } = parsed;
  if (reference.digest !== undefined) return byDigestedName(records, reference, text);
  const record = records.get(formatReference(withDefaultTag(reference)));
  if (record !== undefined) return { record, id: record.target.digest, by: 'name' };
  return byShortId(records, text);
}

function byDigestedName(records: ImageRecords, reference: Reference, text: string): FoundImage {
  for (const record of records.withTarget(reference.digest!)) {
    if (isDangling(record)) continue;
    const other = parseReference(record.name);
    if (other.domain === reference.domain && other.path === reference.path) {
      return { record, id: record.target.digest, by: 'name' };
    }
  }
  throw imageNotFound(text);
}

function byShortId(records: ImageRecords, text: string): FoundImage {
  const prefix = shortId.exec(text)?.[1];
  if (prefix === undefined) throw imageNotFound(text);
  const matches = records.targets().filter((digest) => digest.startsWith(`sha256:${prefix}`));
  const [id, other] = matches;
  if (id === undefined) throw imageNotFound(text);
  if (other !== undefined) throw engineError('images.ambiguous', { prefix });
  return { record: records.withTarget(id)[0]!, id, by: 'id' };
}

/** images.not-found with the reference as Docker writes it: familiar, with its default tag. */
export function imageNotFound(text: string): Error {
  return engineError('images.not-found', { image: familiarText(parseAnyReference(text)) });
}

function familiarText(parsed: AnyReference): string {
  if (parsed.kind === 'digest') return parsed.digest;
  return familiarString(withDefaultTag(parsed.reference));
}

/** The name of a record as users type it; undefined for a dangling one. */
export function familiarRecordName(record: ImageRecord): string | undefined {
  return isDangling(record) ? undefined : familiarString(parseReference(record.name));
}
