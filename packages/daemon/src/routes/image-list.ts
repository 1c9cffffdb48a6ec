import { engineError } from '@berth/errors';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';
import { parsePlatformJson } from '../http/platform-parameter.ts';
import {
  acceptsImagePlatform,
  downgradeImageInspect,
  downgradeImageSummary,
} from '../versions/version-gates.ts';

export const imageList: ApiHandler<'ImageList'> = async (request, { images }) => {
  const { all, filters, 'shared-size': sharedSize, digests, manifests } = request.query;
  const summaries = await images.list({ all, filters, sharedSize, digests, manifests });
  return json(summaries.map((summary) => downgradeImageSummary(request.version, summary)));
};

export const imageInspect: ApiHandler<'ImageInspect'> = async (request, { images }) => {
  const newer = acceptsImagePlatform(request.version);
  const { manifests, platform } = request.query;
  if (newer && manifests && platform !== undefined) {
    throw engineError('api.manifests-with-platform', {});
  }
  const inspect = await images.inspect(
    request.name,
    newer ? { manifests, ...defined({ platform: platformOf(platform) }) } : {},
  );
  return json(downgradeImageInspect(request.version, inspect));
};

export const imageHistory: ApiHandler<'ImageHistory'> = async (request, { images }) => {
  const platform = acceptsImagePlatform(request.version) ? request.query.platform : undefined;
  return json(await images.history(request.name, platformOf(platform)));
};

function platformOf(text: string | undefined) {
  return text === undefined ? undefined : parsePlatformJson(text);
}
