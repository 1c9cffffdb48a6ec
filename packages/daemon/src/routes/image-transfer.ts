import { engineError } from '@berth/errors';
import type { ApiReply } from '../http/api-reply.ts';
import type { ApiHandler, ApiRequest } from '../http/api-request.ts';
import { bodyRelay } from '../http/body-relay.ts';
import { defined } from '../http/defined.ts';
import { parsePlatformJson, parsePlatformList } from '../http/platform-parameter.ts';
import { registryAuthOf } from '../http/registry-auth-header.ts';
import type { EngineServices } from '../http/services.ts';

/** `POST /images/create` imports a file system from the body, or pulls. */
export const imageCreate: ApiHandler<'ImageCreate'> = (request, services) => {
  const { fromImage, fromSrc } = request.query;
  if (fromImage !== undefined) return pullImage(fromImage, request, services);
  if (fromSrc === undefined) throw engineError('api.no-image-source', {});
  return importImage(request, services);
};

function pullImage(
  reference: string,
  request: ApiRequest<'ImageCreate'>,
  { images }: EngineServices,
): ApiReply {
  const { tag, platform } = request.query;
  const auth = registryAuthOf(request.headers);
  const { signal } = request;
  return {
    kind: 'progress',
    run: (sink) => images.pull({ reference, signal, ...defined({ tag, platform, auth }) }, sink),
  };
}

/** `POST /images/{name}/push`: a tag of the repository, or all. */
export const imagePush: ApiHandler<'ImagePush'> = (request, { images }) => {
  const { tag, platform: text } = request.query;
  const platform = text === undefined ? undefined : parsePlatformJson(text);
  const auth = registryAuthOf(request.headers);
  const { name: reference, signal } = request;
  return {
    kind: 'progress',
    run: (sink) => images.push({ reference, signal, ...defined({ tag, platform, auth }) }, sink),
  };
};

function importImage(request: ApiRequest<'ImageCreate'>, { images }: EngineServices): ApiReply {
  const { repo, tag, changes, platform, fromSrc } = request.query;
  const message = request.query.message || `Imported from ${fromSrc}`;
  const reference = repo !== undefined && tag !== undefined ? `${repo}:${tag}` : repo;
  return {
    kind: 'progress',
    run: async (sink) => {
      await images.import(
        {
          source: fromSrc === '-' ? bodyRelay(request.stream) : sourceUrl(fromSrc ?? ''),
          changes,
          signal: request.signal,
          ...defined({ reference, message, platform }),
        },
        sink,
      );
    },
  };
}

/** As Docker takes it: without a scheme it is HTTP. */
function sourceUrl(text: string): URL {
  const whole = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(whole) || !/^https?:\/\//i.test(whole)) {
    throw engineError('api.invalid-source-url', { url: text });
  }
  return new URL(whole);
}

export const imageLoad: ApiHandler<'ImageLoad'> = (request, { images }) => ({
  kind: 'progress',
  run: (sink) =>
    images.load(
      bodyRelay(request.stream),
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
