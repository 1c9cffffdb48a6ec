import dgram from 'node:dgram';
import type { HeldPort } from '@berth/kernel';
import type { PortRelay, RelayTarget } from './port-relay.ts';

/** How long answers to a silent client are waited for. */
const idleMilliseconds = 90_000;
/** Clients served at once; the one that was silent longest gives way. */
const mostClients = 1024;

interface Client {
  readonly inside: dgram.Socket;
  timer: NodeJS.Timeout;
}

/** Passes each client's datagrams on from a socket of the client's own, and the answers back. */
export function relayUdp(held: HeldPort, family: 4 | 6, target: RelayTarget): PortRelay {
  const outside = dgram.createSocket(`udp${family}`);
  /** In order of last use, oldest first. */
  const clients = new Map<string, Client>();

  const drop = (key: string) => {
    const client = clients.get(key);
    if (client === undefined) return;
    clients.delete(key);
    clearTimeout(client.timer);
    client.inside.close();
  };
  const join = (key: string, { address, port }: dgram.RemoteInfo): Client => {
    const inside = dgram.createSocket('udp4');
    inside.on('message', (data) => outside.send(data, port, address, () => undefined));
    inside.on('error', () => drop(key));
    return { inside, timer: setTimeout(drop, idleMilliseconds, key).unref() };
  };

  outside.on('message', (data, from) => {
    const key = `${from.address} ${from.port}`;
    const client = clients.get(key) ?? join(key, from);
    clients.delete(key);
    clients.set(key, client);
    client.timer.refresh();
    client.inside.send(data, target.port, target.address, () => undefined);
    if (clients.size > mostClients) drop(clients.keys().next().value ?? '');
  });
  outside.on('error', () => undefined);
  outside.bind({ fd: held.descriptor });
  return {
    close: () => {
      outside.close();
      for (const key of [...clients.keys()]) drop(key);
    },
  };
}
