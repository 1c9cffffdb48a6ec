import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIPv6, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { SenderSystem } from './log-sender.ts';
import type { RemoteAddress } from './remote-address.ts';

/** A way to somebody who takes messages. */
export interface Connection {
  /**
   * Resolves when the system has taken all of them; rejects when the connection is broken. `progress` is told how many
   * datagrams were taken.
   */
  write(messages: readonly Buffer[], progress?: (count: number) => void): Promise<void>;
  /**
   * Resolves when the other side has sent these bytes from now on; rejects after `patience` milliseconds, when the
   * connection breaks, and where there are no answers.
   */
  answer(bytes: Buffer, patience: number): Promise<void>;
  /** Lets go of it; a `write` or `answer` that still waits is rejected. Idempotent. */
  close(): void;
}

const connectPatience = 10_000;
/** Bytes of answers that are looked at. */
const answerLimit = 4096;

async function noAnswers(): Promise<void> {
  throw new Error('datagrams are not answered');
}

/** Opens a connection; rejects when nobody answers within ten seconds. */
export async function openConnection(
  address: RemoteAddress,
  system: SenderSystem,
  tls: ConnectionOptions = {},
): Promise<Connection> {
  switch (address.protocol) {
    case 'udp':
      return await openUdp(address.host, address.port);
    case 'unixgram':
      return {
        write: async (messages, progress) => {
          for (const [index, message] of messages.entries()) {
            system.sendDatagram(address.path, message);
            progress?.(index + 1);
          }
        },
        answer: noAnswers,
        close: () => undefined,
      };
    case 'unix':
      return streamConnection(await connected(connectTcp({ path: address.path }), 'connect'));
    case 'tcp':
      return streamConnection(await connected(connectTcp(address), 'connect'));
    case 'tcp+tls': {
      const { host, port } = address;
      const name = isIPv6(host) || /^[\d.]+$/.test(host) ? {} : { servername: host };
      return streamConnection(
        await connected(connectTls({ host, port, ...name, ...tls }), 'secureConnect'),
      );
    }
  }
}

async function connected(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Socket> {
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(event, resolve);
      socket.once('error', reject);
      socket.setTimeout(connectPatience, () => reject(new Error('nobody answers')));
    });
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  }
  socket.setTimeout(0);
  socket.unref();
  return socket;
}

/** A peer that closes is noticed at once, so that as little as possible is written into nowhere. */
function streamConnection(socket: Socket): Connection {
  let broken: Error | undefined;
  const fail = (error?: Error): void => {
    broken ??= error ?? new Error('the receiver has closed the connection');
    socket.destroy();
  };
  socket.on('error', fail);
  socket.on('end', () => fail());
  socket.on('close', () => fail());
  socket.resume();
  const answer = async (bytes: Buffer, patience: number): Promise<void> => {
    if (broken !== undefined) throw broken;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let seen = Buffer.alloc(0);
    const look = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]).subarray(-answerLimit);
      if (seen.includes(bytes)) resolve();
    };
    const closed = (): void => reject(broken ?? new Error('the connection was closed'));
    const timer = setTimeout(() => reject(new Error('nothing was confirmed')), patience);
    socket.on('data', look).once('close', closed);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      socket.off('data', look).off('close', closed);
      socket.resume();
    }
  };
  return {
    write: (messages) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) {
          reject(broken);
          return;
        }
        // What was on its way when the socket is destroyed is reported without an error.
        socket.write(Buffer.concat(messages), (error) => {
          const failure = broken ?? error;
          if (failure) reject(failure);
          else resolve();
        });
      }),
    answer,
    close: () => fail(new Error('the connection was given up')),
  };
}

async function openUdp(host: string, port: number): Promise<Connection> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  // A refusal of an earlier datagram is no reason to stop: udp promises nothing.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(port, host, resolve);
  });
  socket.unref();
  return {
    write: async (messages) => {
      for (const message of messages) {
        await new Promise<void>((resolve) => socket.send(message, () => resolve()));
      }
    },
    answer: noAnswers,
    close: () => {
      try {
        socket.close();
      } catch {}
    },
  };
}
