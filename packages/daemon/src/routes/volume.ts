import { empty, json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { upgradeVolumePruneFilters } from '../versions/version-gates.ts';

export const volumeList: ApiHandler<'VolumeList'> = async (request, { volumes }) => {
  const { volumes: found, warnings } = await volumes.list(request.query.filters);
  return json({ Volumes: found, Warnings: warnings.length > 0 ? warnings : null });
};

export const volumeCreate: ApiHandler<'VolumeCreate'> = async (request, { volumes }) =>
  json(await volumes.create(await request.body()), 201);

export const volumeInspect: ApiHandler<'VolumeInspect'> = async (request, { volumes }) =>
  json(await volumes.inspect(request.name));

export const volumeDelete: ApiHandler<'VolumeDelete'> = async (request, { volumes }) => {
  await volumes.remove(request.name, { force: request.query.force });
  return empty();
};

export const volumePrune: ApiHandler<'VolumePrune'> = async (request, { volumes }) => {
  const filters = upgradeVolumePruneFilters(request.version, request.query.filters);
  const { deleted, spaceReclaimed } = await volumes.prune(filters);
  return json({
    VolumesDeleted: deleted.length > 0 ? deleted : null,
    SpaceReclaimed: spaceReclaimed,
  });
};
