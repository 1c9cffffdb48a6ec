import { engineError } from '@berth/errors';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import type { DiskUsageType } from '../http/services.ts';
import { downgradeSystemInfo } from '../versions/version-gates.ts';

const diskUsageTypes: readonly DiskUsageType[] = ['container', 'image', 'volume', 'build-cache'];

export const systemInfo: ApiHandler<'SystemInfo'> = async (request, { system }) =>
  json(downgradeSystemInfo(request.version, await system.info()));

export const systemVersion: ApiHandler<'SystemVersion'> = (_request, { system }) =>
  json(system.version());

export const systemDataUsage: ApiHandler<'SystemDataUsage'> = async (request, { system }) => {
  const wanted = request.query.type.map((type) => {
    const known = diskUsageTypes.find((candidate) => candidate === type);
    if (known === undefined) throw engineError('api.unknown-object-type', { type });
    return known;
  });
  return json(await system.diskUsage(new Set(wanted.length > 0 ? wanted : diskUsageTypes)));
};

export const systemUsage: ApiHandler<'SystemUsage'> = async (request, { system }) =>
  json(await system.explainUsage(request.signal));

/** There is no builder yet, so there is no cache that could be pruned. */
export const buildPrune: ApiHandler<'BuildPrune'> = () =>
  json({ CachesDeleted: null, SpaceReclaimed: 0 });
