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
  const owners = new Map<number, boolean>();
  const isOwn = (port: number): boolean => {
    const known = owners.get(port);
    if (known !== undefined) return known;
    if (owners.size > mostOwners) owners.clear();
    for (const own of sys.netlinkPorts(protocolNetfilter)) owners.set(own, true);
    if (!owners.has(port)) owners.set(port, false);
    return owners.get(port) === true;
  };
  const socket = new net.Socket({ fd: sys.netlinkWatch(protocolNetfilter, nftablesGroup) });
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const decoded = decodeFirewallChanges(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
    rest = decoded.rest;
    const changes = decoded.changes.map(({ port, ...change }) => ({
      ...change,
      // Found out when asked: a look at all of our sockets for every new name of a foreign one.
      get own() {
        return isOwn(port);
      },
    }));
    if (changes.length > 0) listener(changes);
  });
  socket.on('error', () => socket.destroy());
  socket.unref();
  return () => socket.destroy();
}

/** Every run of nft(8) has a new port; they are not remembered for ever. */
const mostOwners = 256;
