import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { GenericContainer, Network, Wait } from 'testcontainers';

/** What test suites do with testcontainers: run against the engine at DOCKER_HOST, which has the image busybox. */

let network;
let server;
before(async () => {
  network = await new Network().start();
  server = await new GenericContainer('busybox')
    .withCommand(['sh', '-c', 'echo ready; exec httpd -f -p 8080 -h /etc'])
    .withExposedPorts(8080)
    .withNetwork(network)
    .withNetworkAliases('web')
    .withEnvironment({ GREETING: 'hello' })
    .withLabels({ team: 'shop' })
    .withTmpFs({ '/scratch': 'rw,size=1m' })
    .withCopyContentToContainer([{ content: 'welcome\n', target: '/etc/motd' }])
    .withWaitStrategy(Wait.forAll([Wait.forListeningPorts(), Wait.forLogMessage('ready')]))
    .start();
});
after(async () => {
  await server?.stop();
  await network?.stop();
});

const url = () => `http://${server.getHost()}:${server.getMappedPort(8080)}/motd`;

test('a published port is reached', async () => {
  assert.equal(await (await fetch(url())).text(), 'welcome\n');
});

test('exec gives output and exit code', async () => {
  const { output, exitCode } = await server.exec(['sh', '-c', 'echo $GREETING; exit 3']);
  assert.deepEqual([output, exitCode], ['hello\n', 3]);
});

test('a healthy neighbour reaches it by its alias', async () => {
  const other = await new GenericContainer('busybox')
    .withCommand(['sleep', '600'])
    .withNetwork(network)
    .withHealthCheck({ test: ['CMD', 'true'], interval: 200, timeout: 5000, retries: 10 })
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  const { output } = await other.exec(['wget', '-qO-', 'http://web:8080/motd']);
  assert.equal(output, 'welcome\n');
  await other.stop();
});

test('files come out', async () => {
  assert.match(await text(await server.copyArchiveFromContainer('/etc/motd')), /welcome/);
});

test('logs are followed', async () => {
  const [first] = await (await server.logs()).take(1).toArray();
  assert.match(String(first), /ready/);
});

test('what ends by itself is waited for', async () => {
  const job = await new GenericContainer('busybox')
    .withCommand(['sh', '-c', 'echo working'])
    .withWaitStrategy(Wait.forOneShotStartup())
    .start();
  await job.stop();
});

test('a container is restarted, and committed', async () => {
  await server.restart({ timeout: 0 });
  assert.equal(await (await fetch(url())).text(), 'welcome\n');
  assert.match(await server.commit({ repo: 'tested', tag: '1', deleteOnExit: false }), /^sha256:/);
});
