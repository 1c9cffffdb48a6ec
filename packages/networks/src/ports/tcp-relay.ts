import net from 'node:net';
import type { HeldPort } from '@berth/kernel';
import type { PortRelay, RelayTarget } from './port-relay.ts';

/** Connections beyond this many at once wait in the kernel's queue or are refused. */
const mostConnections = 4096;

/** Accepts on the held socket and joins each connection with one to the target; half-close is kept. */
export function relayTcp(held: HeldPort, target: RelayTarget): PortRelay {
  const open = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const { address: host, port } = target;
    const inside = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [client, inside],
      [inside, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        open.delete(socket);
        if (!other.writableEnded) other.end();
      });
      socket.pipe(other);
    }
  });
  server.maxConnections = mostConnections;
  server.on('error', () => server.close());
  server.listen({ fd: held.descriptor });
  return {
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
