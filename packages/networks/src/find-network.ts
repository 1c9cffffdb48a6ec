import { engineError, isEngineError } from '@berth/errors';
import type { NetworkRecord } from './model/network-record.ts';
import type { NetworkStore } from './model/network-store.ts';

/** By full ID, name or unambiguous ID prefix. Fails with networks.not-found or networks.ambiguous. */
export function findNetwork(store: NetworkStore, nameOrId: string): NetworkRecord {
  const exact = store.networks.get(nameOrId) ?? store.networkByName(nameOrId);
  if (exact !== undefined && exact.stage === undefined) return exact;
  const keys = nameOrId === '' ? [] : store.networks.keysWithPrefix(nameOrId, 100);
  if (keys.length > 1) {
    throw engineError('networks.ambiguous', { network: nameOrId, count: keys.length });
  }
  const found = keys[0] === undefined ? undefined : store.networks.get(keys[0]);
  if (found === undefined || found.stage !== undefined)
    throw engineError('networks.not-found', { network: nameOrId });
  return found;
}

/** As `findNetwork`; undefined when there is none, or more than one. */
export function tryFindNetwork(store: NetworkStore, nameOrId: string): NetworkRecord | undefined {
  try {
    return findNetwork(store, nameOrId);
  } catch (error) {
    if (isEngineError(error)) return undefined;
    throw error;
  }
}
