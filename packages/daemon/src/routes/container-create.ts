import { engineError } from '@berth/errors';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { announcedLength } from '../http/body-reader.ts';
import { defined } from '../http/defined.ts';
import { checkEndpointCount } from '../versions/network-versions.ts';
import { upgradeContainerCreate } from '../versions/version-gates.ts';

export const containerCreate: ApiHandler<'ContainerCreate'> = async (request, { containers }) => {
  if (announcedLength(request.headers) === 0) {
    throw engineError('api.invalid-json', { reason: 'got EOF while reading request body' });
  }
  const body = await request.body();
  checkEndpointCount(request.version, body.NetworkingConfig);
  const { name, platform } = request.query;
  const created = await containers.create(
    upgradeContainerCreate(request.version, {
      ...body,
      HostConfig: body.HostConfig ?? {},
      NetworkingConfig: body.NetworkingConfig ?? {},
    }),
    defined({ name, platform }),
  );
  return json(created, 201);
};
