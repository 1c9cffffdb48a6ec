import { type Digest, sha256Of } from './digest.ts';

/** Chain IDs of a stack of layers, bottom first (image-spec config.md#layer-chainid). */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const parent = chain.at(-1);
    chain.push(parent === undefined ? diffId : sha256Of(`${parent} ${diffId}`));
  }
  return chain;
}
