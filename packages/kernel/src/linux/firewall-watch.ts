import net from 'node:net';
import type { FirewallChange } from '../firewall.ts';
import {
  decodeFirewallChanges,
  nftablesGroup,
  protocolNetfilter,
} from '../netlink/firewall-message.ts';
import { sysAddon } from '../sys/addon.ts';

/** Calls `listener` with changes of the calling thread's firewall until the returned function is called. */
export function watchFirewall(listener: (changes: readonly FirewallChange[]) => void): () => void {
  const sys = sysAddon();
  const socket = new net.Socket({ fd: sys.netlinkWatch(protocolNetfilter, nftablesGroup) });
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const decoded = decodeFirewallChanges(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
    rest = decoded.rest;
    const ownPort = sys.nftPort();
    const changes = decoded.changes.map(({ port, ...change }) => ({
      ...change,
      own: port === ownPort,
    }));
    if (changes.length > 0) listener(changes);
  });
  socket.on('error', () => socket.destroy());
  socket.unref();
  return () => socket.destroy();
}
