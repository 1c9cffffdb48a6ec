import net from 'node:net';
import type { HeldPort } from '@berth/kernel';
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

function serveConnection(socket: net.Socket, handle: MessageHandler): void {
  let underWay = 0;
  const answer = async (message: Buffer) => {
    underWay += 1;
    if (underWay >= mostQuestions) socket.pause();
    const reply = await handle(message, 'tcp');
    underWay -= 1;
    if (underWay < mostQuestions) socket.resume();
    if (reply !== undefined && socket.writable) socket.write(withLength(reply));
  };
  const reader = messageReader((message) => void answer(message));
  socket.setTimeout(idleMilliseconds, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', reader);
}
