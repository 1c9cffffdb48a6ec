import { engineError } from '@berth/errors';
import { empty, json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { announcedLength } from '../http/body-reader.ts';
import { defined } from '../http/defined.ts';
import { upgradeContainerUpdate } from '../versions/container-versions.ts';
import { acceptedStopSignal } from '../versions/version-gates.ts';

/** An empty object or `null` is let through: some clients send one with every POST. */
export const containerStart: ApiHandler<'ContainerStart'> = async (request, { containers }) => {
  if (announcedLength(request.headers) > 7 && request.headers['content-length'] !== undefined) {
    throw engineError('api.start-with-body', {});
  }
  const { checkpoint } = request.query;
  return empty((await containers.start(request.name, defined({ checkpoint }))) ? 204 : 304);
};

export const containerStop: ApiHandler<'ContainerStop'> = async (request, { containers }) => {
  const signal = acceptedStopSignal(request.version, request.query.signal);
  const options = defined({ signal, timeout: request.query.t });
  return empty((await containers.stop(request.name, options)) ? 204 : 304);
};

export const containerRestart: ApiHandler<'ContainerRestart'> = async (request, { containers }) => {
  const signal = acceptedStopSignal(request.version, request.query.signal);
  await containers.restart(request.name, defined({ signal, timeout: request.query.t }));
  return empty();
};

export const containerKill: ApiHandler<'ContainerKill'> = async (request, { containers }) => {
  await containers.kill(request.name, request.query.signal);
  return empty();
};

export const containerPause: ApiHandler<'ContainerPause'> = async (request, { containers }) => {
  await containers.pause(request.name);
  return empty();
};

export const containerUnpause: ApiHandler<'ContainerUnpause'> = async (request, { containers }) => {
  await containers.unpause(request.name);
  return empty();
};

export const containerRename: ApiHandler<'ContainerRename'> = async (request, { containers }) => {
  await containers.rename(request.name, request.query.name ?? '');
  return empty();
};

export const containerUpdate: ApiHandler<'ContainerUpdate'> = async (request, { containers }) =>
  json(
    await containers.update(
      request.name,
      upgradeContainerUpdate(request.version, await request.body()),
    ),
  );
