import { empty, json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';

export const containerDelete: ApiHandler<'ContainerDelete'> = async (request, { containers }) => {
  const { force, v: volumes, link } = request.query;
  await containers.remove(request.name, { force, volumes, link });
  return empty();
};

export const containerPrune: ApiHandler<'ContainerPrune'> = async (request, { containers }) => {
  const { deleted, spaceReclaimed } = await containers.prune(request.query.filters);
  return json({
    ContainersDeleted: deleted.length > 0 ? deleted : null,
    SpaceReclaimed: spaceReclaimed,
  });
};
