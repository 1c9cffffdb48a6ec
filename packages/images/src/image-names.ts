import { familiarName, familiarString, parseReference } from '@berth/oci';
import { type ImageRecord, isDangling } from './image-record.ts';

/** `RepoTags` and `RepoDigests` of an image, from its records; sorted, each once. */
export function repoNames(records: readonly ImageRecord[]): {
  readonly tags: readonly string[];
  readonly digests: readonly string[];
} {
  const tags = new Set<string>();
  const digests = new Set<string>();
  for (const record of records) {
    if (isDangling(record)) continue;
    const reference = parseReference(record.name);
    if (reference.tag !== undefined) {
      const { domain, path, tag } = reference;
      tags.add(familiarString({ domain, path, tag }));
    }
    digests.add(`${familiarName(reference)}@${record.target.digest}`);
  }
  return { tags: [...tags].sort(), digests: [...digests].sort() };
}
