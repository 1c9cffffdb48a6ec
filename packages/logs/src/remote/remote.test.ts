import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { LogRecord } from '../log-record.ts';
import { openFluentdSender, parseFluentdOptions } from './fluentd-sender.ts';
import { chunksOf, openGelfSender, parseGelfOptions } from './gelf-sender.ts';
import { formatJournal } from './journald-sender.ts';
import { advance, CursorFilter, cursorTime, slicesOf, startOfLog } from './log-cursor.ts';
import { EventTime, packMessage } from './message-pack.ts';
import { parseDuration } from './option-values.ts';
import { parseRemoteAddress } from './remote-address.ts';
import { growingWait, OutageFilter } from './retry-policy.ts';
import { formatSyslog, frameSyslog } from './syslog-format.ts';
import { openSyslogSender, parseSyslogOptions } from './syslog-sender.ts';

const record = (text: string, time: string, stream: 'stdout' | 'stderr' = 'stdout'): LogRecord => ({
  stream,
  time: `2026-01-05T10:11:12.${time.padStart(9, '0')}Z`,
  line: Buffer.from(`${text}\n`),
  continues: false,
});
const source = {
  containerId: 'c'.repeat(64),
  containerName: 'web',
  imageId: 'sha256:1',
  imageName: 'busybox',
  command: 'sh',
  created: '2026-01-01T00:00:00Z',
  tag: 'web',
  attributes: { team: 'a' },
  hostname: 'box',
};
const system = { sendDatagram: () => undefined };

test('formats of syslog', () => {
  const named = { facility: 3, tag: 'web', hostname: 'box', pid: 7 };
  const line = record('hello', '123456789', 'stderr');
  assert.equal(formatSyslog(line, '', named), '<27>Jan  5 10:11:12 web[7]: hello');
  assert.equal(formatSyslog(line, 'rfc3164', named), '<27>Jan  5 10:11:12 box web[7]: hello');
  assert.equal(
    formatSyslog(line, 'rfc5424micro', named),
    '<27>1 2026-01-05T10:11:12.123456Z box web 7 web - hello',
  );
  assert.equal(frameSyslog('é', true).toString(), '2 é');
  assert.equal(frameSyslog('é', false).toString(), 'é\n');
});

test('options that cannot be understood', () => {
  const bad = [
    { 'syslog-address': 'http://x' },
    { 'syslog-facility': 'nope' },
    { 'syslog-format': 'x' },
  ];
  for (const options of bad) assert.throws(() => parseSyslogOptions(options as never));
  assert.equal(parseSyslogOptions({}).address.protocol, 'unixgram');
  assert.deepEqual(parseRemoteAddress('syslog-address', 'tcp+tls://[::1]:6514', ['tcp+tls']), {
    protocol: 'tcp+tls',
    host: '::1',
    port: 6514,
  });
  assert.throws(
    () => parseRemoteAddress('syslog-address', 'tcp://host', ['tcp']),
    /missing or invalid port/,
  );
  assert.throws(() => parseGelfOptions({}), /gelf-address is a required parameter/);
  const compressed = { 'gelf-address': 'tcp://a:1', 'gelf-compression-type': 'gzip' };
  assert.throws(() => parseGelfOptions(compressed), /only supported on UDP/);
});

test('the cursor finds its place among records of one time', () => {
  const all = ['a', 'b', 'c', 'd'].map((text, index) => record(text, index < 3 ? '1' : '2'));
  const cursor = advance(advance(startOfLog, all.slice(0, 1)), all.slice(1, 2));
  assert.equal(cursor.count, 2);
  const rest = new CursorFilter(cursor).rest(all);
  assert.deepEqual(
    rest.map(({ line }) => String(line).trim()),
    ['c', 'd'],
  );
  assert.equal(cursorTime(cursor), 1_767_607_872_000_000_001n);
  assert.deepEqual(advance(cursor, all.slice(3)), { time: all[3]?.time, count: 1 });
});

test('many records go in slices, and the cursor is the same behind them', () => {
  const all = Array.from({ length: 450 }, (_, at) => record(`${at}`, at < 300 ? '1' : '2'));
  const slices = [...slicesOf(all)];
  assert.deepEqual(
    slices.map(({ length }) => length),
    [200, 200, 50],
  );
  assert.deepEqual(slices.flat(), all);
  assert.deepEqual(slices.reduce(advance, startOfLog), advance(startOfLog, all));
  assert.deepEqual([...slicesOf([])], []);
});

test('syslog over tcp, and a receiver that goes away', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const sender = await openSyslogSender({ 'syslog-address': address }, source, system);
  const [peer] = await accepted;
  await sender.send([record('one', '1'), record('two', '2')]);
  const [data] = (await once(peer, 'data')) as [Buffer];
  assert.match(data.toString(), /^<30>Jan {2}5 10:11:12 web\[\d+\]: one\n<30>.*two\n$/);
  peer.destroy();
  await assert.rejects(async () => {
    for (;;) {
      await sender.send([record('lost', '3')]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  sender.close();
  server.close();
  await assert.rejects(openSyslogSender({ 'syslog-address': address }, source, system));
});

test('a receiver that takes nothing holds nobody up', async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const sender = await openSyslogSender({ 'syslog-address': address }, source, system);
  const [peer] = await accepted;
  const sending = sender.send(new Array(64).fill(record('x'.repeat(1_000_000), '1')));
  const outcome = assert.rejects(sending, /given up/);
  await new Promise((resolve) => setImmediate(resolve));
  sender.close();
  await outcome;
  peer.destroy();
  server.close();
});

test('gelf over udp', async () => {
  const receiver = createSocket('udp4');
  receiver.bind(0, '127.0.0.1');
  await once(receiver, 'listening');
  const options = { 'gelf-address': `udp://127.0.0.1:${receiver.address().port}` };
  const sender = await openGelfSender(options, source, system);
  const received = once(receiver, 'message') as Promise<[Buffer]>;
  await sender.send([record('hello', '500000000')]);
  const message = JSON.parse(gunzipSync((await received)[0]).toString());
  assert.deepEqual(
    [message.version, message.host, message.short_message, message.level, message.timestamp],
    ['1.1', 'box', 'hello', 6, 1_767_607_872.5],
  );
  assert.deepEqual([message._container_name, message._team, message._tag], ['web', 'a', 'web']);
  sender.close();
  receiver.close();
});

test('gelf cuts long messages, and leaves out those that are too long', () => {
  const chunks = chunksOf(Buffer.alloc(3000, 'x'));
  assert.deepEqual(
    chunks.map((chunk) => [chunk[0], chunk[1], chunk[10], chunk[11]]),
    [
      [0x1e, 0x0f, 0, 3],
      [0x1e, 0x0f, 1, 3],
      [0x1e, 0x0f, 2, 3],
    ],
  );
  assert.equal(chunksOf(Buffer.alloc(1000)).length, 1);
  assert.deepEqual(chunksOf(Buffer.alloc(1 << 20)), []);
});

test('message pack', () => {
  assert.equal(packMessage(['a', 1]).toString('hex'), 'dd00000002a161ce00000001');
  assert.equal(
    packMessage({ k: new EventTime(1, 2) }).toString('hex'),
    'df00000001a16bd7000000000100000002',
  );
  assert.equal(packMessage('x'.repeat(40)).toString('hex', 0, 5), 'db00000028');
});

test('fluentd, confirmed', async () => {
  const server = createServer((peer) => {
    peer.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      const chunk = /\xa5chunk(\xdb.{4}[0-9a-f-]{36})/s.exec(received.toString('latin1'))?.[1];
      if (chunk !== undefined) peer.write(Buffer.from(`\x81\xa3ack${chunk}`, 'latin1'));
    });
  }).listen(0, '127.0.0.1');
  let received = Buffer.alloc(0);
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { 'fluentd-address': address, 'fluentd-request-ack': 'true' };
  const sender = await openFluentdSender(options, source, system);
  await sender.send([record('hello', '1'), record('there', '2', 'stderr')]);
  for (const text of ['web', 'container_name', '/web', 'hello', 'there', 'stderr', 'team']) {
    assert.ok(received.includes(text), text);
  }
  sender.close();
  server.close();
  assert.throws(
    () => parseFluentdOptions({ 'fluentd-address': 'udp://x:1' }),
    /fluentd-address should be in form proto:\/\/address, got udp:\/\/x:1/,
  );
  assert.throws(() => parseFluentdOptions({ 'fluentd-request-ack': 'x' }), /strconv.ParseBool/);
});

test('journal entries', () => {
  const attributes = { 'com.example/team': 'a\nb', _HIDDEN: 'c', '0': 'd' };
  const entry = formatJournal(record('hello', '5', 'stderr'), { ...source, attributes });
  const text = entry.toString('latin1');
  assert.ok(text.endsWith('PRIORITY=3\nMESSAGE=hello\n'), text);
  const binary = 'COM_EXAMPLE_TEAM\n\x03\0\0\0\0\0\0\0a\nb\nHIDDEN=c\nCONTAINER_ID=cccccccccccc\n';
  assert.ok(text.includes(binary), text);
  const bytes = { ...record('', '5'), line: Buffer.from([0xff, 0x0d, 0x0a]) };
  assert.ok(formatJournal(bytes, source).toString('latin1').endsWith('MESSAGE=\u00ff\n'));
});

test('how a receiver that is away is waited for', () => {
  const gelf = (more: Record<string, string>, protocol = 'tcp') =>
    parseGelfOptions({ 'gelf-address': `${protocol}://a:1`, ...more }).retry;
  assert.deepEqual([1, 2, 3, 20].map(gelf({}).wait), [100, 200, 400, 30_000]);
  const asked = gelf({ 'gelf-tcp-max-reconnect': '5', 'gelf-tcp-reconnect-delay': '2' });
  assert.deepEqual([asked.attempts, asked.wait(1), asked.wait(9)], [5, 2000, 2000]);
  assert.equal(gelf({ 'gelf-tcp-max-reconnect': '0' }).wait(1), 1000);
  for (const option of ['gelf-tcp-max-reconnect', 'gelf-tcp-reconnect-delay']) {
    assert.throws(
      () => gelf({ [option]: '-1' }),
      /^Error: "gelf-tcp-.*" must be a positive integer$/,
    );
    assert.throws(() => gelf({ [option]: '1' }, 'udp'), /" is only valid for TCP$/);
  }
  const fluentd = (more: Record<string, string>) => parseFluentdOptions(more).retry;
  assert.equal(fluentd({}).attempts, undefined);
  const limited = fluentd({
    'fluentd-retry-wait': '2s',
    'fluentd-max-retries': '4',
    'fluentd-buffer-limit': '8k',
  });
  assert.deepEqual([limited.attempts, limited.keep], [4, 8192]);
  assert.deepEqual([1, 2, 3, 99].map(limited.wait), [2000, 3000, 4500, 60_000]);
  assert.deepEqual([1, 2].map(growingWait(10, 3, 20)), [10, 20]);
});

test('options of fluentd that cannot be understood, in the words of Docker', () => {
  const told: readonly (readonly [option: string, value: string, text: string])[] = [
    ['retry-wait', 'x', 'time: invalid duration "x"'],
    ['retry-wait', '5', 'time: missing unit in duration "5"'],
    ['max-retries', '-1', 'strconv.ParseUint: parsing "-1": invalid syntax'],
    ['buffer-limit', '-5', "invalid size: '-5'"],
    ['async', 'x', 'strconv.ParseBool: parsing "x": invalid syntax'],
    [
      'async-reconnect-interval',
      '20s',
      'invalid value for fluentd-async-reconnect-interval: value ("20s") must be between 100ms and 10s',
    ],
    [
      'read-timeout',
      '1',
      'invalid value for fluentd-read-timeout: time: missing unit in duration "1"',
    ],
  ];
  for (const [option, value, message] of told) {
    assert.throws(() => parseFluentdOptions({ [`fluentd-${option}`]: value }), { message });
  }
  assert.equal(parseFluentdOptions({ 'fluentd-async': 'false' }).needed, true);
  assert.deepEqual(
    ['1h30m', '1.5s', '300ms', '0', '-2us'].map(parseDuration),
    [5_400_000, 1500, 300, 0, -0.002],
  );
});

test('of what waits for a receiver that was away, the oldest entries are sent', () => {
  const all = ['1', '2', '3', '4', '5'].map((time) => record(`n${time}`, time));
  const filter = new OutageFilter(2, record('', '4').time);
  const texts = (records: readonly LogRecord[]) =>
    filter
      .portions(records)
      .map(({ records, leftOut }) => [leftOut, ...records.map(({ line }) => String(line).trim())]);
  assert.deepEqual(texts(all.slice(0, 1)), [[false, 'n1']]);
  assert.deepEqual(texts(all.slice(1)), [
    [false, 'n2'],
    [true, 'n3'],
    [false, 'n4', 'n5'],
  ]);
});
