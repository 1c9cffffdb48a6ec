import type { Digest } from '@berth/oci';

/** Names of things in the lease table: a blob and a layer may have the same digest. */
export function blobKey(digest: Digest): string {
  return `blob ${digest}`;
}

export function layerKey(chainId: Digest): string {
  return `layer ${chainId}`;
}
