import { type ContainerStatsResponse, isOlderApiVersion } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { statsOfVersion } from '../versions/container-versions.ts';

/** GET /containers/{id}/stats */
export const containerStats: ApiHandler<'ContainerStats'> = async (request, { containers }) => {
  const { name, signal, version } = request;
  const { stream } = request.query;
  const oneShot = request.query['one-shot'] && !isOlderApiVersion(version, '1.41');
  if (stream && oneShot) throw engineError('api.stream-with-one-shot', {});
  if (!stream) {
    return json(statsOfVersion(version, await containers.stats(name, { oneShot, signal })));
  }
  const messages = ofVersion(containers.streamStats(name, signal), version);
  return { kind: 'messages', contentType: 'application/json', messages };
};

async function* ofVersion(
  messages: AsyncIterable<ContainerStatsResponse>,
  version: string,
): AsyncGenerator<ContainerStatsResponse> {
  for await (const message of messages) yield statsOfVersion(version, message);
}
