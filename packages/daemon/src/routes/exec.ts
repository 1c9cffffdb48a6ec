import type { ExecCreateBody } from '@berth/containers';
import { engineError } from '@berth/errors';
import { empty, json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { requireConsoleSize } from '../http/console-size.ts';
import { defined } from '../http/defined.ts';
import { acceptedConsoleSize, streamContentType } from '../versions/version-gates.ts';

export const containerExec: ApiHandler<'ContainerExec'> = async (request, { containers }) => {
  const body = await request.body();
  if ((body.Cmd ?? []).length === 0) throw engineError('api.no-exec-command', {});
  return json(await containers.execCreate(request.name, body as ExecCreateBody), 201);
};

export const execStart: ApiHandler<'ExecStart'> = async (request, { containers }) => {
  const { Detach: detach = false, Tty: tty, ConsoleSize } = await request.body();
  const consoleSize = acceptedConsoleSize(request.version, ConsoleSize);
  const session = await containers.execStart(request.name, {
    detach,
    ...defined({ tty, consoleSize }),
  });
  if (session === undefined) return empty(200);
  return {
    kind: 'hijack',
    contentType: streamContentType(request.version, session.tty),
    run: (client) => session.run(client),
  };
};

export const execResize: ApiHandler<'ExecResize'> = async (request, { containers }) => {
  const { rows, columns } = requireConsoleSize(request.query);
  await containers.execResize(request.name, rows, columns);
  return empty(200);
};

export const execInspect: ApiHandler<'ExecInspect'> = async (request, { containers }) =>
  json(await containers.execInspect(request.name));
