import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createLinuxKernel } from '@berth/kernel';

/**
 * Makes 127.0.0.1:PORT inside the network namespace of process `pid` lead to 127.0.0.1:PORT here: the way
 * by which a daemon in a namespace of its own reaches a test's registry. Disposing ends it.
 */
export async function forwardPort(pid: number, port: number): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const hold = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  };
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    hold(inside);
    hold(outside);
    inside.pipe(outside).pipe(inside);
    inside.once('close', () => outside.destroy());
    outside.once('error', () => inside.resetAndDestroy());
    outside.once('close', () => inside.destroySoon());
  });
  const kernel = createLinuxKernel();
  // Without a host name the socket is bound before listen() returns, so it stays in the namespace.
  kernel.namespaces.withNetworkNamespace(`/proc/${pid}/ns/net`, () => server.listen(port));
  await once(server, 'listening');
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
