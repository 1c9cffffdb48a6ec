import dgram from 'node:dgram';
import type { HeldPort } from '@berth/kernel';
import type { UpstreamServer } from './upstream.ts';
import { nameServerPort } from './upstream-socket.ts';

export interface AskOptions {
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Whether a message is the answer; others are ignored. */
  readonly accepts: (message: Buffer) => boolean;
}

/**
 * Sends a message from a bound datagram socket, which it owns, and waits for the answer. Undefined when the
 * server cannot be reached, refuses, or the signal aborts.
 */
export function askUdp(
  held: HeldPort,
  { address, port = nameServerPort }: UpstreamServer,
  message: Buffer,
  { signal, accepts }: AskOptions,
): Promise<Buffer | undefined> {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    const finish = (answer: Buffer | undefined) => {
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
      resolve(answer);
    };
    const onAbort = () => finish(undefined);
    signal.addEventListener('abort', onAbort);
    socket.on('error', onAbort);
    socket.on('message', (answer) => {
      if (accepts(answer)) finish(answer);
    });
    socket.on('connect', () => socket.send(message));
    socket.bind({ fd: held.descriptor });
    // Connected, so that only the server is heard and its refusal is too.
    socket.connect(port, address);
  });
}
