import type { HeldPort, Kernel } from '@berth/kernel';
import { redirectCommands, resolverAddress } from './redirect-commands.ts';
import { serveTcp } from './serve-tcp.ts';
import { type Listening, type MessageHandler, serveUdp } from './serve-udp.ts';

/**
 * Listens at 127.0.0.11:53 inside the namespace, by udp and tcp: on ports that the kernel chose, with rules
 * of the namespace's own firewall leading there. A server of before is taken over by the new rules. All or
 * nothing. The namespace must exist until `close`.
 */
export async function openNameServer(
  kernel: Pick<Kernel, 'namespaces' | 'ports' | 'firewall'>,
  namespacePath: string,
  handle: MessageHandler,
): Promise<{ close(): void }> {
  const [udpSocket, tcpSocket] = bindInside(kernel, namespacePath);
  const servers = await Promise.allSettled([
    serveUdp(udpSocket, handle),
    serveTcp(tcpSocket, handle),
  ]);
  const listening = servers.flatMap((server) =>
    server.status === 'fulfilled' ? [server.value] : [],
  );
  const close = () => {
    for (const server of listening) server.close();
  };
  try {
    for (const server of servers) if (server.status === 'rejected') throw server.reason;
    const [udp, tcp] = listening as [Listening, Listening];
    const commands = redirectCommands({ udp: udp.port, tcp: tcp.port });
    await kernel.firewall.inNamespace(namespacePath).apply(commands);
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}

/** One uninterrupted visit to the namespace. */
function bindInside(
  { namespaces, ports }: Pick<Kernel, 'namespaces' | 'ports'>,
  namespacePath: string,
): readonly [udp: HeldPort, tcp: HeldPort] {
  return namespaces.withNetworkNamespace(namespacePath, () => {
    const udp = ports.hold({ protocol: 'udp', address: resolverAddress, port: 0 });
    try {
      return [udp, ports.hold({ protocol: 'tcp', address: resolverAddress, port: 0 })];
    } catch (error) {
      udp.close();
      throw error;
    }
  });
}
