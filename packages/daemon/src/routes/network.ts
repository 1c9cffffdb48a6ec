import { empty, json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';
import { downgradeNetwork, upgradeNetworkCreate } from '../versions/network-versions.ts';

export const networkList: ApiHandler<'NetworkList'> = async (request, { networks }) => {
  const found = await networks.list(request.query.filters);
  return json(found.map((network) => downgradeNetwork(request.version, network)));
};

export const networkInspect: ApiHandler<'NetworkInspect'> = async (request, { networks }) => {
  const { verbose, scope } = request.query;
  const found = await networks.inspect(request.name, { verbose, ...defined({ scope }) });
  return json(downgradeNetwork(request.version, found));
};

export const networkCreate: ApiHandler<'NetworkCreate'> = async (request, { networks }) => {
  const body = upgradeNetworkCreate(request.version, await request.body());
  return json(await networks.create(body), 201);
};

export const networkDelete: ApiHandler<'NetworkDelete'> = async (request, { networks }) => {
  await networks.remove(request.name);
  return empty();
};

export const networkConnect: ApiHandler<'NetworkConnect'> = async (request, { containers }) => {
  const { Container, EndpointConfig } = await request.body();
  await containers.connect(Container, request.name, EndpointConfig ?? {});
  return empty(200);
};

export const networkDisconnect: ApiHandler<'NetworkDisconnect'> = async (
  request,
  { containers },
) => {
  const { Container } = await request.body();
  await containers.disconnect(Container, request.name);
  return empty(200);
};

export const networkPrune: ApiHandler<'NetworkPrune'> = async (request, { networks }) => {
  const removed = await networks.prune(request.query.filters);
  return json({ NetworksDeleted: removed.length > 0 ? removed : null });
};
