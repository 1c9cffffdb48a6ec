import net from 'node:net';
import type { HeldPort } from '@berth/kernel';
import { type MessageReader, messageReader, withLength } from '../message/stream-framing.ts';

export interface AskOptions {
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Whether a message is the answer; others are ignored. */
  readonly accepts: (message: Buffer) => boolean;
}

/**
 * Sends a message over a connecting stream socket, which it owns, and waits for the answer. Undefined when
 * the server cannot be reached, hangs up, or the signal aborts.
 */
export function askTcp(
  held: HeldPort,
  message: Buffer,
  { signal, accepts }: AskOptions,
): Promise<Buffer | undefined> {
  const socket = new net.Socket({ fd: held.descriptor });
  return new Promise((resolve) => {
    const finish = (answer: Buffer | undefined) => {
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners().on('error', () => undefined);
      socket.destroy();
      resolve(answer);
    };
    const onAbort = () => finish(undefined);
    const reader: MessageReader = messageReader((answer) => {
      if (accepts(answer)) finish(answer);
    });
    signal.addEventListener('abort', onAbort);
    socket.on('error', onAbort).on('close', onAbort).on('data', reader);
    socket.write(withLength(message));
  });
}
