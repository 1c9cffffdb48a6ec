import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { engineError } from '@berth/errors';

/** RFC 6455, section 1.3. */
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The head that accepts a WebSocket. Fails with api.web-socket for a request that is none, and with
 * api.foreign-origin for one that a page of another site has a browser send over TCP.
 */
export function acceptWebSocket(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  identity: Readonly<Record<string, string>>,
): string {
  const { headers, socket } = request;
  const key = headers['sec-websocket-key'] ?? '';
  if (headers['sec-websocket-version'] !== '13') throw refused('the version must be 13');
  if (Buffer.from(key, 'base64').length !== 16) throw refused('the key must have 16 bytes');
  requireOwnOrigin(headers.origin, headers.host, socket);
  const accept = createHash('sha1').update(`${key}${acceptSuffix}`).digest('base64');
  const lines = Object.entries(identity).map(([name, value]) => `${name}: ${value}`);
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...lines,
    '',
    '',
  ].join('\r\n');
}

/** No browser reaches a unix socket, so that whatever is said there is no browser's word. */
function requireOwnOrigin(
  origin: string | undefined,
  host: string | undefined,
  socket: unknown,
): void {
  const remote = socket instanceof Socket && socket.remoteAddress !== undefined;
  if (origin === undefined || !remote) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw engineError('api.foreign-origin', { origin });
}

function refused(reason: string): Error {
  return engineError('api.web-socket', { reason });
}
