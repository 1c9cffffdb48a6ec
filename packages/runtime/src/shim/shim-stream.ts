import type { Socket } from 'node:net';
import { engineError } from '@berth/errors';
import type { ShimTarget } from './shim-client.ts';
import { shimFaultError } from './shim-fault-error.ts';
import {
  faultOf,
  LineSplitter,
  parseShimMessage,
  type ShimMessage,
  type ShimRequest,
} from './shim-messages.ts';
import { connectShim } from './shim-socket.ts';

export interface ShimStream {
  readonly reply: ShimMessage;
  /** Not flowing yet; bytes that came with the reply are read first. */
  readonly stream: Socket;
}

/** Sends the request on a connection of its own, which after the reply carries the raw stream. */
export async function openShimStream(
  bundle: string,
  id: string,
  request: ShimRequest,
  target?: ShimTarget,
): Promise<ShimStream> {
  const lost = () => engineError('runtime.shim-connection-lost', { id, op: request.op });
  let socket: Socket;
  try {
    socket = await connectShim(bundle);
  } catch (error) {
    throw engineError('runtime.shim-gone', { bundle }, { cause: error });
  }
  try {
    socket.write(`${JSON.stringify({ ...request, seq: 1 })}\n`);
    const reply = await readReply(socket, lost);
    if (reply.ok !== true) throw shimFaultError(faultOf(reply), id, target);
    return { reply, stream: socket };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Takes exactly the first line from the socket and leaves it as if nobody had read from it yet. */
function readReply(socket: Socket, lost: () => Error): Promise<ShimMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<ShimMessage>();
  const lines = new LineSplitter();
  const onLost = () => finish(() => reject(lost()));
  const onReadable = () => {
    try {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return;
      lines.push(chunk);
      const line = lines.next();
      if (line === undefined) return;
      const message = parseShimMessage(line);
      finish(() => {
        if (lines.rest.length > 0) socket.unshift(lines.rest);
        resolve(message);
      });
    } catch {
      onLost();
    }
  };
  const finish = (settle: () => void) => {
    socket.off('readable', onReadable);
    for (const event of ['error', 'end', 'close']) socket.off(event, onLost);
    settle();
  };
  for (const event of ['error', 'end', 'close']) socket.on(event, onLost);
  socket.on('readable', onReadable);
  return promise;
}
