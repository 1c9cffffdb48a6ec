import { engineError } from '@berth/errors';
import { empty } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';
import { requireConsoleSize } from '../http/console-size.ts';
import { defined } from '../http/defined.ts';
import { parseTimestampSeconds } from '../http/timestamp-parameter.ts';
import {
  sendsTextMessages,
  streamContentType,
  webSocketStreams,
} from '../versions/version-gates.ts';
import { unframed } from '../websocket/unframed.ts';

export const containerAttach: ApiHandler<'ContainerAttach'> = async (request, { containers }) => {
  const { stdin, stdout, stderr, logs, stream, detachKeys } = request.query;
  const session = await containers.attach(request.name, {
    stdin,
    stdout,
    stderr,
    logs,
    stream,
    ...defined({ detachKeys }),
  });
  return {
    kind: 'hijack',
    contentType: streamContentType(request.version, session.tty),
    run: (client) => session.run(client),
  };
};

/** Output is not told apart by streams: both come as they are. */
export const containerAttachWebsocket: ApiHandler<'ContainerAttachWebsocket'> = async (
  request,
  { containers },
) => {
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
    throw engineError('api.web-socket', { reason: 'there is no "Upgrade: websocket"' });
  }
  const { stdin, stdout, stderr, logs, stream, detachKeys } = request.query;
  const session = await containers.attach(request.name, {
    ...{ logs, stream, ...webSocketStreams(request.version, { stdin, stdout, stderr }) },
    ...defined({ detachKeys }),
  });
  return {
    kind: 'websocket',
    text: sendsTextMessages(request.version),
    run: (client) => session.run(session.tty ? client : unframed(client)),
  };
};

/** A `tail` that is no number means all lines. */
export const containerLogs: ApiHandler<'ContainerLogs'> = async (request, { containers }) => {
  const { follow, stdout, stderr, timestamps, details } = request.query;
  if (!stdout && !stderr) throw engineError('api.no-stream-chosen', {});
  const tail = /^\d+$/.test(request.query.tail) ? Number(request.query.tail) : undefined;
  const since = parseTimestampSeconds('since', request.query.since);
  const until = parseTimestampSeconds('until', request.query.until);
  const { tty, stream } = await containers.logs(request.name, {
    ...{ follow, stdout, stderr, timestamps, details },
    ...defined({ tail, since, until }),
  });
  return { kind: 'stream', contentType: streamContentType(request.version, tty), stream };
};

export const containerResize: ApiHandler<'ContainerResize'> = async (request, { containers }) => {
  const { rows, columns } = requireConsoleSize(request.query);
  await containers.resize(request.name, rows, columns);
  return empty(200);
};
