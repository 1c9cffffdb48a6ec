import dgram from 'node:dgram';
import type { HeldPort } from '@berth/kernel';
import { numericLookup } from '../socket/numeric-lookup.ts';

/** Answers one message; undefined for silence. Never rejects. */
export type MessageHandler = (
  message: Buffer,
  transport: 'udp' | 'tcp',
) => Promise<Buffer | undefined>;

/** What listens, and where. */
export interface Listening {
  readonly port: number;
  /** Idempotent. */
  close(): void;
}

/** Serves a bound datagram socket, which it owns. */
export function serveUdp(held: HeldPort, handle: MessageHandler): Promise<Listening> {
  const socket = dgram.createSocket({ type: 'udp4', lookup: numericLookup });
  let open = true;
  socket.on('message', async (message, { address, port }) => {
    const answer = await handle(message, 'udp');
    if (answer !== undefined && open) socket.send(answer, port, address, () => undefined);
  });
  const close = () => {
    if (open) socket.close();
    open = false;
  };
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      close();
      reject(error);
    });
    socket.bind({ fd: held.descriptor }, () => {
      socket.removeAllListeners('error').on('error', () => undefined);
      resolve({ port: socket.address().port, close });
    });
  });
}
