import type { HeldPort, Kernel } from '@berth/kernel';
import type { UpstreamServer } from './upstream.ts';

/** Opens a socket for one query to a server from where it can be reached: the sandbox's namespace, or the host's. */
export type OpenUpstream = (server: UpstreamServer, protocol: 'udp' | 'tcp') => HeldPort;

export const nameServerPort = 53;

/**
 * A udp socket is bound to a port that the kernel chose at random, which an answer has to hit as well as the
 * ID; a tcp one is on its way to the server. Throws KernelError.
 */
export function upstreamSockets(
  kernel: Pick<Kernel, 'namespaces' | 'ports'>,
  namespacePath: string,
): OpenUpstream {
  return (server, protocol) => {
    const open = () => openHere(kernel, server, protocol);
    return server.fromHost ? open() : kernel.namespaces.withNetworkNamespace(namespacePath, open);
  };
}

function openHere(
  { ports }: Pick<Kernel, 'ports'>,
  { address, port = nameServerPort }: UpstreamServer,
  protocol: 'udp' | 'tcp',
): HeldPort {
  if (protocol === 'tcp') return ports.connect({ protocol, address, port });
  return ports.hold({ protocol, address: address.includes(':') ? '::' : '0.0.0.0', port: 0 });
}
