import { untilFilter } from '@berth/engine-api';
import { engineError, isEngineError } from '@berth/errors';
import { isPredefined, type NetworkRecord } from '../model/network-record.ts';
import type { NetworkContext } from '../network-context.ts';
import { hasLabel } from '../view/network-filter.ts';
import { removeNetwork } from './network-remove.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

/**
 * Removes the networks that no running container is in. Filters: `until`, `label`, `label!`. Returns their names.
 */
export async function pruneNetworks(context: NetworkContext, filters: Filters): Promise<string[]> {
  const unknown = Object.keys(filters).find((key) => !['until', 'label', 'label!'].includes(key));
  if (unknown !== undefined) throw engineError('networks.invalid-filter', { filter: unknown });
  const until = untilFilter(filters.until, context.clock.nowNano());
  const candidates = context.store
    .visibleNetworks()
    .filter(({ name, configOnly }) => !isPredefined(name) && configOnly !== true)
    .filter((network) => matches(network, filters, until));
  // At once, as many links are let go of as quickly as one.
  const removals = candidates.map(async (network) => {
    try {
      await removeNetwork(context, network.id);
      return [network.name];
    } catch (error) {
      const used = isEngineError(error, 'networks.has-endpoints');
      if (!used) context.reportError(error, `pruning the network ${network.name}`);
      return [];
    }
  });
  const removed = (await Promise.all(removals)).flat();
  context.events.publish({
    type: 'network',
    action: 'prune',
    actorId: '',
    attributes: { reclaimed: '0' },
  });
  return removed;
}

function matches(network: NetworkRecord, filters: Filters, until: bigint | undefined): boolean {
  const born = BigInt(Date.parse(network.created)) * 1_000_000n;
  return (
    (until === undefined || born < until) &&
    (filters.label ?? []).every((label) => hasLabel(network, label)) &&
    !(filters['label!'] ?? []).some((label) => hasLabel(network, label))
  );
}
