import { engineError } from '@berth/errors';
import type { ApiReply } from '../http/api-reply.ts';
import type { ApiHandler, ApiRequest } from '../http/api-request.ts';
import { defined } from '../http/defined.ts';
import { parsePlatformList } from '../http/platform-parameter.ts';
import type { EngineServices } from '../http/services.ts';

/** `POST /images/create` imports a file system from the body, or pulls. */
export const imageCreate: ApiHandler<'ImageCreate'> = (request, services) => {
  const { fromImage, fromSrc } = request.query;
  if (fromImage !== undefined) {
    throw engineError('common.not-implemented', { feature: `Pulling an image (${fromImage})` });
  }
  if (fromSrc === undefined) throw engineError('api.no-image-source', {});
  if (fromSrc !== '-') {
    throw engineError('common.not-implemented', { feature: 'Importing from a URL' });
  }
  return importImage(request, services);
};

function importImage(request: ApiRequest<'ImageCreate'>, { images }: EngineServices): ApiReply {
  const { repo, tag, message, changes, platform } = request.query;
  const reference = repo !== undefined && tag !== undefined ? `${repo}:${tag}` : repo;
  return {
    kind: 'progress',
    run: async (sink) => {
      await images.import(
        {
          source: request.stream,
          changes,
          signal: request.signal,
          ...defined({ reference, message, platform }),
        },
        sink,
      );
    },
  };
}

export const imageLoad: ApiHandler<'ImageLoad'> = (request, { images }) => ({
  kind: 'progress',
  run: (sink) =>
    images.load(
      request.stream,
      {
        quiet: request.query.quiet,
        signal: request.signal,
        ...defined({ platforms: parsePlatformList(request.query.platform) }),
      },
      sink,
    ),
});

export const imageGet: ApiHandler<'ImageGet'> = (request, services) =>
  saveImages([request.name], request, services);

export const imageGetAll: ApiHandler<'ImageGetAll'> = (request, services) =>
  saveImages(request.query.names, request, services);

async function saveImages(
  names: readonly string[],
  request: ApiRequest<'ImageGet'> | ApiRequest<'ImageGetAll'>,
  { images }: EngineServices,
): Promise<ApiReply> {
  const stream = await images.save(names, {
    signal: request.signal,
    ...defined({ platforms: parsePlatformList(request.query.platform) }),
  });
  return { kind: 'stream', contentType: 'application/x-tar', stream };
}
