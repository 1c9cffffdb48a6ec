import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { createLinuxKernel } from '@berth/kernel';
import { type DnsQuery, parseQuery } from '../message/query.ts';
import { makeQuery } from '../message/testing-query.ts';
import { UdpChannel } from './udp-channel.ts';
import { UdpChannels } from './udp-channels.ts';

const address = '127.0.0.1';
const patience = 20_000;
const unlimited = { questions: 1000, milliseconds: patience, strangers: 1000 };
const { ports } = createLinuxKernel();
const open = () => ports.hold({ protocol: 'udp', address: '0.0.0.0', port: 0 });

function question(name: string): DnsQuery {
  const parsed = parseQuery(makeQuery({ name }));
  assert.ok(parsed.kind === 'query');
  return parsed.query;
}

/** The message turned into an answer without records. */
function answerTo(message: Buffer): Buffer {
  const answer = Buffer.from(message);
  answer.writeUInt16BE(0x8180, 2);
  return answer;
}

/** A server on a free port; `handle` makes what it sends back. */
async function server(handle: (message: Buffer) => readonly Buffer[]) {
  const socket = dgram.createSocket('udp4').bind(0, address);
  await once(socket, 'listening');
  socket.on('message', (message, from) => {
    for (const answer of handle(message)) socket.send(answer, from.port, from.address);
  });
  return {
    upstream: { address, port: socket.address().port, fromHost: true },
    [Symbol.dispose]: () => socket.close(),
  };
}

test('each question gets its own answer, in any order, and nothing forged', async () => {
  const asked: Buffer[] = [];
  using upstream = await server((message) => {
    asked.push(message);
    if (asked.length < 3) return [];
    return [...asked].reverse().flatMap((one) => {
      const [otherId, otherQuestion] = [answerTo(one), answerTo(one)];
      otherId.writeUInt16BE(one.readUInt16BE(0) ^ 1, 0);
      otherQuestion.write('x', 13);
      return [otherId, otherQuestion, one, Buffer.of(1), answerTo(one)];
    });
  });
  let closed = 0;
  const options = { limits: { ...unlimited, questions: 3 }, onClose: () => (closed += 1) };
  const channel = new UdpChannel(open(), upstream.upstream, options);
  const names = ['one.example', 'two.example', 'six.example'];
  const answers = await Promise.all(names.map((name) => channel.ask(question(name), patience)));
  const read = answers.map((answer) => answer?.toString('latin1', 13, 16));
  assert.deepEqual(read, ['one', 'two', 'six']);
  assert.equal(new Set(asked.map((message) => message.readUInt16BE(0))).size, 3);
  assert.ok(!channel.takesQuestions);
  assert.equal(closed, 1);
});

test('a port is given up after so many questions, at a change of ways, and when somebody guesses', async () => {
  let guesses = 0;
  using upstream = await server((message) => {
    const wrong = answerTo(message);
    wrong.writeUInt16BE(message.readUInt16BE(0) ^ 1, 0);
    return [...new Array(guesses).fill(wrong), answerTo(message)];
  });
  const gone = new AbortController();
  let opened = 0;
  const counting = () => {
    opened += 1;
    return open();
  };
  const channels = new UdpChannels(counting, gone.signal);
  const ask = () => channels.to(upstream.upstream).ask(question('a.example'), patience);
  const askMany = async (count: number) => {
    opened = 0;
    for (let one = 0; one < count; one++) assert.ok((await ask()) !== undefined);
  };
  await askMany(200);
  assert.ok(opened >= 4 && opened < 200, `${opened} ports`);
  await askMany(1);
  channels.retire();
  await askMany(1);
  assert.equal(opened, 1);
  guesses = 5;
  await askMany(10);
  assert.ok(opened >= 9, `${opened} ports`);
  gone.abort();
  assert.throws(ask);
});

test('all questions end when the server refuses, when it is silent, and at the end', async () => {
  using silent = await server(() => []);
  const refused = open();
  const options = { limits: unlimited, onClose: () => undefined };
  const { upstream } = await server(() => []).then((gone) => {
    gone[Symbol.dispose]();
    return gone;
  });
  const refusing = new UdpChannel(refused, upstream, options);
  const two = [question('a.example'), question('b.example')];
  const ends = await Promise.all(two.map((query) => refusing.ask(query, patience)));
  assert.deepEqual(ends, [undefined, undefined]);
  const waiting = new UdpChannel(open(), silent.upstream, options);
  assert.equal(await waiting.ask(question('a.example'), 1), undefined);
  const last = waiting.ask(question('a.example'), patience);
  waiting.close();
  assert.equal(await last, undefined);
});
