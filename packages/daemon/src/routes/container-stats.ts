import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';

/** GET /containers/{id}/stats */
export const containerStats: ApiHandler<'ContainerStats'> = async (request, { containers }) => {
  const { stream, 'one-shot': oneShot } = request.query;
  const { name, signal } = request;
  if (!stream) return json(await containers.stats(name, { oneShot, signal }));
  const messages = containers.streamStats(name, signal);
  return { kind: 'messages', contentType: 'application/json', messages };
};
