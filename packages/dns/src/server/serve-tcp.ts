import net from 'node:net';
import type { HeldPort } from '@berth/kernel';
import { headerLength } from '../message/constants.ts';
import { messageReader, withLength } from '../message/stream-framing.ts';
import type { Listening, MessageHandler } from './serve-udp.ts';

/** Connections beyond this many at once are closed. */
const mostConnections = 128;
/** A connection that says nothing for so long is closed (RFC 7766, section 6.2.3). */
const idleMilliseconds = 10_000;
/** Questions of one connection that are under way; more are read when these are answered. */
const mostQuestions = 32;

/** Serves a bound stream socket, which it owns. Answers come as they are ready (RFC 7766, section 6.2.1.1). */
export function serveTcp(held: HeldPort, handle: MessageHandler): Promise<Listening> {
  const connections = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true }, (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    serveConnection(socket, handle);
  });
  server.maxConnections = mostConnections;
  const close = () => {
    server.close();
    for (const socket of connections) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      close();
      reject(error);
    });
    server.listen({ fd: held.descriptor }, () => {
      server.removeAllListeners('error').on('error', () => undefined);
      resolve({ port: (server.address() as net.AddressInfo).port, close });
    });
  });
}

/**
 * Answers the questions of one connection. A client that does not read its answers is not read from either, so
 * that they do not pile up here; it then counts as one that says nothing.
 */
export function serveConnection(socket: net.Socket, handle: MessageHandler): void {
  const waiting: Buffer[] = [];
  let underWay = 0;
  const answer = async (message: Buffer) => {
    underWay += 1;
    const reply = await handle(message, 'tcp');
    underWay -= 1;
    if (reply !== undefined && socket.writable) socket.write(withLength(reply));
    serve();
  };
  const serve = () => {
    while (underWay < mostQuestions && !socket.writableNeedDrain) {
      const message = waiting.shift();
      if (message === undefined) return void socket.resume();
      void answer(message);
    }
    socket.pause();
  };
  const read = messageReader((message) => {
    if (message.length >= headerLength) waiting.push(message);
  });
  socket.setTimeout(idleMilliseconds, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('drain', serve);
  socket.on('data', (chunk: Buffer) => {
    read(chunk);
    serve();
  });
}
