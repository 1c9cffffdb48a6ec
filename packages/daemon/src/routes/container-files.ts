import type { FileStat } from '@berth/containers';
import { engineError } from '@berth/errors';
import { empty } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { bodyRelay } from '../http/body-relay.ts';
import { readBoolean } from '../http/query-reader.ts';

/** HEAD /containers/{id}/archive */
export const containerArchiveInfo: ApiHandler<'ContainerArchiveInfo'> = async (
  request,
  { containers },
) => {
  const stat = await containers.statFile(request.name, requirePath(request.query.path));
  return { kind: 'empty', status: 200, headers: statHeader(stat) };
};

/** GET /containers/{id}/archive */
export const containerArchive: ApiHandler<'ContainerArchive'> = async (request, { containers }) => {
  const path = requirePath(request.query.path);
  const { stat, stream } = await containers.readFiles(request.name, path);
  return { kind: 'stream', contentType: 'application/x-tar', stream, headers: statHeader(stat) };
};

/** PUT /containers/{id}/archive */
export const putContainerArchive: ApiHandler<'PutContainerArchive'> = async (
  request,
  { containers },
) => {
  const { path, noOverwriteDirNonDir, copyUIDGID } = request.query;
  await containers.writeFiles(request.name, requirePath(path), {
    source: bodyRelay(request.stream),
    noOverwriteDirNonDir: readBoolean(noOverwriteDirNonDir ?? ''),
    copyUidGid: readBoolean(copyUIDGID ?? ''),
    signal: request.signal,
  });
  return empty(200);
};

function requirePath(path: string | undefined): string {
  if (path === undefined) throw engineError('api.missing-parameter', { name: 'path' });
  return path;
}

function statHeader(stat: FileStat): Record<string, string> {
  const text = Buffer.from(JSON.stringify(stat)).toString('base64');
  return { 'X-Docker-Container-Path-Stat': text };
}
