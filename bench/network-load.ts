import dgram from 'node:dgram';
import net from 'node:net';
import { makeQuery } from '../packages/dns/src/message/testing-query.ts';

/**
 * `network-load.ts accept|connect|lookup ADDRESS PORT SECONDS`: a server that hangs up, or a client that does
 * the same thing many at a time and prints the microseconds for one.
 */
const [kind = '', address = '', port = '', seconds = ''] = process.argv.slice(2);
const atOnce = 16;

if (kind === 'accept') {
  net
    .createServer((socket) => socket.on('error', () => undefined).end())
    .listen(Number(port), address);
} else {
  const once = kind === 'connect' ? connectOnce : lookupOnce;
  const started = performance.now();
  const until = started + Number(seconds) * 1000;
  let count = 0;
  const worker = async () => {
    do {
      await once();
      count += 1;
    } while (performance.now() < until);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  process.stdout.write(String(((performance.now() - started) * 1000) / count));
}

/** Until the server has hung up. */
function connectOnce(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), address);
    socket.on('error', reject).on('close', () => resolve());
    socket.resume();
  });
}

function lookupOnce(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4');
    socket.on('error', reject).on('message', () => {
      socket.close();
      resolve();
    });
    socket.send(makeQuery({ name: 'bench-server' }), Number(port), address);
  });
}
