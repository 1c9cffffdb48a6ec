import { empty, json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';
import { parsePlatformList } from '../http/platform-parameter.ts';

export const imageTag: ApiHandler<'ImageTag'> = async (request, { images }) => {
  const { repo = '', tag } = request.query;
  await images.tag(request.name, tag === undefined ? repo : `${repo}:${tag}`);
  return empty(201);
};

export const imageDelete: ApiHandler<'ImageDelete'> = async (request, { images }) => {
  const { force, noprune: noPrune, platforms } = request.query;
  const options = { force, noPrune, ...defined({ platforms: parsePlatformList(platforms) }) };
  return json(await images.remove(request.name, options));
};

export const imagePrune: ApiHandler<'ImagePrune'> = async (request, { images }) => {
  const { deleted, spaceReclaimed } = await images.prune(request.query.filters);
  return json({
    ImagesDeleted: deleted.length > 0 ? deleted : null,
    SpaceReclaimed: spaceReclaimed,
  });
};
