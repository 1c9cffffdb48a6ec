import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { downgradeContainerInspect } from '../versions/version-gates.ts';

export const containerInspect: ApiHandler<'ContainerInspect'> = async (request, { containers }) => {
  const inspect = await containers.inspect(request.name, { size: request.query.size });
  return json(downgradeContainerInspect(request.version, inspect));
};

export const containerTop: ApiHandler<'ContainerTop'> = async (request, { containers }) =>
  json(await containers.top(request.name, request.query.ps_args));

export const containerChanges: ApiHandler<'ContainerChanges'> = async (request, { containers }) =>
  json(await containers.changes(request.name));

export const containerExport: ApiHandler<'ContainerExport'> = async (request, { containers }) => ({
  kind: 'stream',
  contentType: 'application/octet-stream',
  stream: await containers.export(request.name),
});

export const containerXray: ApiHandler<'ContainerXray'> = async (request, { containers }) =>
  json(await containers.xray(request.name));
