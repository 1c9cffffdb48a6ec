import { engineError } from '@berth/errors';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { bodyRelay } from '../http/body-relay.ts';

export const volumeClone: ApiHandler<'VolumeClone'> = async (request, { volumes }) => {
  const { target } = request.query;
  if (!target) throw engineError('api.missing-parameter', { name: 'target' });
  const { name: from, signal } = request;
  return json(await volumes.clone({ from, name: target, signal }), 201);
};

export const volumeExport: ApiHandler<'VolumeExport'> = async (request, { volumes }) => ({
  kind: 'stream',
  contentType: 'application/x-tar',
  stream: await volumes.export(request.name, request.signal),
});

export const volumeImport: ApiHandler<'VolumeImport'> = async (request, { volumes }) => {
  const { name, signal } = request;
  return json(await volumes.import({ name, source: bodyRelay(request.stream), signal }), 201);
};
