import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { type AskOptions, askTcp } from '@berth/dns/forward/ask-tcp.ts';
import { messageReader, withLength } from '@berth/dns/message/stream-framing.ts';
import { makeQuery, type QueryParts } from '@berth/dns/message/testing-query.ts';
import { numericLookup } from '@berth/dns/socket/numeric-lookup.ts';
import type { HeldPort, Kernel } from '@berth/kernel';

const resolver = { address: '127.0.0.11' };

/** Sends a query from inside a namespace, as its container would. Undefined when no answer comes. */
export async function askInside(
  kernel: Kernel,
  namespace: string,
  parts: QueryParts,
  transport: 'udp' | 'tcp' = 'udp',
): Promise<Buffer | undefined> {
  const message = makeQuery(parts);
  const options = {
    signal: AbortSignal.timeout(20_000),
    accepts: (answer: Buffer) => answer.readUInt16BE(0) === message.readUInt16BE(0),
  };
  const { namespaces, ports } = kernel;
  if (transport === 'udp') {
    const held = namespaces.withNetworkNamespace(namespace, () =>
      ports.hold({ protocol: 'udp', address: '0.0.0.0', port: 0 }),
    );
    return await askUdp(held, message, options);
  }
  const held = namespaces.withNetworkNamespace(namespace, () =>
    ports.connect({ protocol: 'tcp', address: resolver.address, port: 53 }),
  );
  return await askTcp(held, message, options);
}

/** As a client does: one question from one socket. */
function askUdp(
  held: HeldPort,
  message: Buffer,
  { signal, accepts }: AskOptions,
): Promise<Buffer | undefined> {
  const socket = dgram.createSocket({ type: 'udp4', lookup: numericLookup });
  return new Promise((resolve) => {
    const finish = (answer: Buffer | undefined) => {
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
      resolve(answer);
    };
    const onAbort = () => finish(undefined);
    signal.addEventListener('abort', onAbort);
    socket.on('error', onAbort).on('message', (answer) => {
      if (accepts(answer)) finish(answer);
    });
    socket.bind({ fd: held.descriptor });
    socket.send(message, 53, resolver.address);
  });
}

/** Response code, and the last four bytes of each A record. */
export function summary(answer: Buffer | undefined): string {
  if (answer === undefined) return 'no answer';
  const code = answer.readUInt16BE(2) & 0xf;
  const count = answer.readUInt16BE(6);
  const addresses = Array.from({ length: count }, (_, index) => {
    const end = answer.length - (answer.readUInt16BE(10) > 0 ? 11 : 0) - 16 * index;
    return answer.subarray(end - 4, end).join('.');
  });
  return [code, ...addresses.sort()].join(' ');
}

export interface FakeServer {
  /** Messages received, by transport. */
  readonly received: { readonly transport: 'udp' | 'tcp'; readonly message: Buffer }[];
  close(): void;
}

/**
 * A name server on port 53 of an address, in the namespace (or the host's). `answer` makes the reply from
 * the query; undefined is silence.
 */
export async function fakeServer(
  kernel: Kernel,
  namespace: string | undefined,
  address: string,
  answer: (query: Buffer, transport: 'udp' | 'tcp') => Buffer | undefined,
): Promise<FakeServer> {
  const { namespaces, ports } = kernel;
  const bind = () =>
    (['udp', 'tcp'] as const).map((protocol) => ports.hold({ protocol, address, port: 53 }));
  const held = namespace === undefined ? bind() : namespaces.withNetworkNamespace(namespace, bind);
  const received: FakeServer['received'] = [];
  const reply = (message: Buffer, transport: 'udp' | 'tcp') => {
    received.push({ transport, message: Buffer.from(message) });
    return answer(message, transport);
  };
  const udp = dgram.createSocket('udp4');
  udp.on('message', (message, from) => {
    const bytes = reply(message, 'udp');
    if (bytes !== undefined) udp.send(bytes, from.port, from.address);
  });
  const listening = [once(udp, 'listening')];
  udp.bind({ fd: held[0]!.descriptor });
  const sockets = new Set<net.Socket>();
  const tcp = net.createServer((socket) => {
    sockets.add(socket);
    const read = messageReader((message) => {
      const bytes = reply(message, 'tcp');
      if (bytes !== undefined) socket.write(withLength(bytes));
    });
    socket.on('data', read).on('error', () => socket.destroy());
  });
  listening.push(once(tcp, 'listening'));
  tcp.listen({ fd: held[1]!.descriptor });
  await Promise.all(listening);
  return {
    received,
    close: () => {
      udp.close();
      tcp.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** An answer with one address, or with a code and none. */
export function addressAnswer(query: Buffer, address: string | undefined, code = 0): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const head = Buffer.from(query.subarray(0, end));
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(address === undefined ? 0 : 1, 6);
  head.writeUInt32BE(0, 8);
  if (address === undefined) return head;
  const record = Buffer.from('c00c00010001000000050004', 'hex');
  return Buffer.concat([head, record, Buffer.from(address.split('.').map(Number))]);
}
