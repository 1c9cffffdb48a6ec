import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
let address: string;
before(async () => {
  daemon = await TestDaemon.start();
  address = path.join(daemon.directory, 'syslog.sock');
});
after(() => daemon[Symbol.asyncDispose]());

/** Takes what is sent to a unix socket, as a syslog daemon does. */
class Receiver {
  text = '';
  readonly #server: Server;
  readonly #peers = new Set<Socket>();

  constructor(at: string) {
    this.#server = createServer((peer) => {
      this.#peers.add(peer.on('error', () => undefined));
      peer.on('data', (chunk) => {
        this.text += chunk.toString();
      });
    }).listen(at);
  }

  /** Numbers that the container has counted up to, in the order in which they came. */
  get numbers(): number[] {
    return [...this.text.matchAll(/n=(\d+)\n/g)].map(([, number]) => Number(number));
  }

  /** Takes what is under way, as a receiver that is stopped in order does. */
  async close(): Promise<void> {
    const closed = [...this.#peers].map(
      (peer) => peer.destroyed || new Promise((resolve) => peer.once('close', resolve).end()),
    );
    await Promise.all(closed);
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const syslog = () => ['--log-driver', 'syslog', '--log-opt', `syslog-address=unix://${address}`];
const counting = 'i=0; while :; do i=$((i+1)); echo n=$i; sleep 0.02; done';

test('what a container writes arrives once the receiver is there, and logs show it as well', async () => {
  const options = [
    ...syslog(),
    '--log-opt',
    'tag={{.Name}}',
    '--log-opt',
    'syslog-facility=local1',
  ];
  await daemon.dockerOk([
    'run',
    '--name',
    'early',
    ...options,
    'busybox',
    'sh',
    '-c',
    'echo a; echo b >&2',
  ]);
  const receiver = new Receiver(address);
  try {
    await eventually(() => {
      assert.match(receiver.text, /^<142>.* early\[\d+\]: a$/m);
      assert.match(receiver.text, /^<139>.* early\[\d+\]: b$/m);
    });
    assert.equal(await daemon.dockerOk(['logs', 'early']), 'a');
    await daemon.dockerOk(['rm', 'early']);
    await daemon.dockerOk(['run', '--rm', ...syslog(), 'busybox', 'echo', 'short life']);
    assert.match(receiver.text, /short life/);
  } finally {
    await receiver.close();
  }
});

test('nothing is lost while the receiver or the daemon is away', async () => {
  let receiver = new Receiver(address);
  const earlier: number[] = [];
  try {
    await daemon.dockerOk([
      'run',
      '-d',
      '--name',
      'count',
      ...syslog(),
      'busybox',
      'sh',
      '-c',
      counting,
    ]);
    await eventually(() => assert.ok(receiver.numbers.length > 20));
    await receiver.close();
    earlier.push(...receiver.numbers);
    await eventually(async () => {
      const lines = (await daemon.dockerOk(['logs', 'count'])).split('\n').length;
      assert.ok(lines > Math.max(...earlier) + 10);
    });
    receiver = new Receiver(address);
    await eventually(() => assert.ok(receiver.numbers.length > 20));
    await daemon.stopProcess('SIGKILL');
    earlier.push(...receiver.numbers);
    const before = receiver.numbers.length;
    await daemon.startProcess();
    await eventually(() => assert.ok(receiver.numbers.length > before + 20));
    const seen = new Set([...earlier, ...receiver.numbers]);
    const last = Math.max(...seen);
    const missing = Array.from({ length: last }, (_, index) => index + 1).filter(
      (n) => !seen.has(n),
    );
    // What was written into a connection that broke at that moment cannot be known.
    assert.ok(missing.length <= 1, `missing: ${missing}`);
    await daemon.dockerOk(['rm', '-f', 'count']);
  } finally {
    await receiver.close();
  }
});

test('mode=blocking: the container waits for the receiver, and nothing is lost however small the files', async () => {
  const small = ['cache-max-size=40k', 'cache-max-file=3', 'mode=blocking'];
  const options = [...syslog(), ...small.flatMap((option) => ['--log-opt', option])];
  const finite = 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); echo n=$i; done';
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'waits',
    ...options,
    'busybox',
    'sh',
    '-c',
    finite,
  ]);
  await eventually(async () => {
    const lines = (await daemon.dockerOk(['logs', 'waits'])).split('\n');
    assert.equal(lines[0], 'n=1');
    assert.ok(lines.length > 3000 && lines.length < 50_000, String(lines.length));
  });
  await daemon.stopProcess('SIGKILL');
  await daemon.startProcess();
  assert.equal(await daemon.dockerOk(['inspect', '-f', '{{.State.Running}}', 'waits']), 'true');
  const receiver = new Receiver(address);
  try {
    assert.equal(await daemon.dockerOk(['wait', 'waits']), '0');
    await eventually(() => assert.equal(receiver.numbers.at(-1), 60_000));
    assert.deepEqual(
      [...new Set(receiver.numbers)],
      Array.from({ length: 60_000 }, (_, index) => index + 1),
    );
    await daemon.dockerOk(['rm', 'waits']);
  } finally {
    await receiver.close();
  }
});

test('the cache may be switched off, for reading', async () => {
  const receiver = new Receiver(address);
  try {
    const options = [...syslog(), '--log-opt', 'cache-disabled=true'];
    await daemon.dockerOk(['run', '--name', 'unread', ...options, 'busybox', 'echo', 'hidden']);
    await eventually(() => assert.match(receiver.text, /hidden/));
    const { stderr, code } = await daemon.docker(['logs', 'unread']);
    assert.equal(code, 1);
    assert.match(stderr, /configured logging driver does not support reading/);
    await daemon.dockerOk(['rm', 'unread']);
  } finally {
    await receiver.close();
  }
});

test('drivers and options that are not there are refused by name', async () => {
  const refused: readonly (readonly [options: string[], text: RegExp])[] = [
    [['--log-driver', 'splunk'], /the log driver splunk is not implemented/],
    [['--log-driver', 'logentries'], /the log driver logentries is not implemented/],
    [['--log-driver', 'nosuch'], /no log driver named 'nosuch' is registered/],
    [['--log-driver', 'gelf'], /gelf-address is a required parameter/],
    [[...syslog(), '--log-opt', 'syslog-facility=x'], /invalid syslog facility/],
    [[...syslog(), '--log-opt', 'gelf-address=x'], /unknown log opt 'gelf-address' for syslog/],
  ];
  for (const [options, text] of refused) {
    const result = await daemon.docker(['create', ...options, 'busybox']);
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, text);
  }
});

test('a receiver is given up when the options say so, and a start may want one that answers', async () => {
  const options = [
    ...['--log-driver', 'gelf', '--log-opt', `gelf-address=tcp://127.0.0.1:9`],
    ...['--log-opt', 'gelf-tcp-max-reconnect=0', '--log-opt', 'gelf-tcp-reconnect-delay=0'],
  ];
  const script = 'echo early; trap "echo late; exit" TERM; while :; do sleep 0.1; done';
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'given-up',
    ...options,
    'busybox',
    'sh',
    '-c',
    script,
  ]);
  const cursor = path.join(daemon.dataRoot, 'containers');
  const id = await daemon.dockerOk(['inspect', '-f', '{{.Id}}', 'given-up']);
  // The place in the log moves on although nobody took anything.
  await eventually(async () => {
    const { time } = JSON.parse(await readFile(path.join(cursor, id, 'log-cursor.json'), 'utf8'));
    const { stdout } = await daemon.docker(['logs', '-t', 'given-up']);
    assert.ok(stdout !== '' && stdout.slice(0, 19) <= time.slice(0, 19));
    assert.ok(stdout.slice(0, 30).replace(/Z.*/, '') < time.replace(/Z.*/, ''));
  });
  await daemon.dockerOk(['rm', '-f', 'given-up']);
  const fluentd = ['--log-driver', 'fluentd', '--log-opt', `fluentd-address=127.0.0.1:9`];
  const refused = await daemon.docker([
    'run',
    '--rm',
    ...[...fluentd, '--log-opt', 'fluentd-async=false'],
    ...['busybox', 'true'],
  ]);
  assert.equal(refused.code, 125);
  assert.match(
    refused.stderr,
    /failed to initialize logging driver: dial tcp 127\.0\.0\.1:\d+: connect: connection refused/,
  );
  await daemon.dockerOk([
    'run',
    '--rm',
    ...fluentd,
    '--log-opt',
    'fluentd-max-retries=0',
    'busybox',
    'true',
  ]);
});

test("the daemon's options are for its driver, those of the cache for every one", async () => {
  const options = { 'max-size': '1m', 'max-file': '3', 'cache-max-size': '2m' };
  await using other = await TestDaemon.start({
    config: { 'log-driver': 'local', 'log-opts': options },
  });
  const configOf = async (...args: string[]): Promise<unknown> => {
    const id = await other.dockerOk(['create', ...args, 'busybox']);
    return JSON.parse(
      await other.dockerOk(['inspect', '-f', '{{json .HostConfig.LogConfig}}', id]),
    );
  };
  assert.deepEqual(await configOf(), { Type: 'local', Config: options });
  const own = ['--log-opt', 'max-size=5m'];
  const both = { Type: 'local', Config: { ...options, 'max-size': '5m' } };
  assert.deepEqual(await configOf(...own), both);
  assert.deepEqual(await configOf('--log-driver', 'local', ...own), both);
  assert.deepEqual(await configOf('--log-driver', 'json-file'), {
    Type: 'json-file',
    Config: { 'cache-max-size': '2m' },
  });
});
