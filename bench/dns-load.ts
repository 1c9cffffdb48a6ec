import dgram from 'node:dgram';
import { makeQuery } from '../packages/dns/src/message/testing-query.ts';

/**
 * `dns-load.ts ask ADDRESS NAME TYPE SECONDS` asks the same question of port 53, many at a time over few sockets, and prints the
 * microseconds for one. `dns-load.ts serve ADDRESS` answers every question on port 53 about more than one
 * word with an address. `dns-load.ts until ADDRESS
 * NAME yes|no` asks until the name has an address, or none, and prints the milliseconds.
 */
const [kind = '', address = '', name = '', option = '', seconds = '1'] = process.argv.slice(2);
const sockets = 4;
const atOnce = 8;
const impatience = 2000;

/** ANCOUNT of a message (RFC 1035, section 4.1.1). */
const answers = (message: Buffer) => message.readUInt16BE(6);

if (kind === 'serve') {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (query, { address: client, port }) => {
    const questionEnd = query.indexOf(0, 12) + 5;
    const head = Buffer.from(query.subarray(0, questionEnd));
    head.writeUInt16BE(0x8180, 2);
    // Of a single word nothing is known.
    const known = query[12 + (query[12] ?? 0) + 1] !== 0;
    head.writeUInt16BE(known ? 1 : 0, 6);
    head.writeUInt16BE(0, 10);
    // A pointer to the question, type A, class IN, a minute, four bytes.
    const record = Buffer.from('c00c000100010000003c0004c0000201', 'hex');
    socket.send(known ? Buffer.concat([head, record]) : head, port, client);
  });
  socket.bind(53, address);
} else if (kind === 'until') {
  const started = performance.now();
  while ((await askOnce()) !== (option === 'yes'));
  process.stdout.write(String(performance.now() - started));
} else {
  const started = performance.now();
  const until = started + Number(seconds) * 1000;
  const counts = await Promise.all(Array.from({ length: sockets }, () => askMany(until)));
  const count = counts.reduce((sum, one) => sum + one, 0);
  process.stdout.write(String(((performance.now() - started) * 1000) / count));
}

/** Whether the name has an address. */
function askOnce(): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4');
    socket.on('error', reject).on('message', (message) => {
      socket.close();
      resolve(answers(message) > 0);
    });
    socket.send(makeQuery({ name }), 53, address);
  });
}

/** Asks anew at each answer; how many there were. */
function askMany(until: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = dgram.createSocket('udp4');
  let [asked, answered] = [0, 0];
  const ask = () => {
    asked += 1;
    socket.send(makeQuery({ name, type: Number(option), id: asked & 0xffff }), 53, address);
  };
  let timer = setTimeout(() => undefined, 0);
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => reject(new Error(`no answer about ${name}`)), impatience);
  };
  socket.on('error', reject).on('message', () => {
    answered += 1;
    if (performance.now() < until) {
      if (answered % 64 === 0) wait();
      ask();
    } else if (answered === asked) {
      clearTimeout(timer);
      socket.close();
      resolve(answered);
    }
  });
  wait();
  for (let first = 0; first < atOnce; first++) ask();
  return promise;
}
