import { engineError } from '@berth/errors';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';

export const networkList: ApiHandler<'NetworkList'> = async (request, { networks }) =>
  json(await networks.list(request.query.filters));

export const networkInspect: ApiHandler<'NetworkInspect'> = async (request, { networks }) => {
  const { verbose, scope } = request.query;
  return json(await networks.inspect(request.name, { verbose, ...defined({ scope }) }));
};

/** The predefined networks are never pruned, so there is nothing to do while there are no others. */
export const networkPrune: ApiHandler<'NetworkPrune'> = async (_request, { networks }) => {
  const custom = await networks.list({ type: ['custom'] });
  if (custom.length > 0) {
    throw engineError('common.not-implemented', { feature: 'Pruning user-defined networks' });
  }
  return json({ NetworksDeleted: null });
};
