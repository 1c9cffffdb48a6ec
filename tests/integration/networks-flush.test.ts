import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { eventually } from '@berth/testing';
import { inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

const count = 50;
const firstPort = 8000;

inPrivateNetwork(import.meta.filename, () => {
  test(`after a flush all ${count} published containers answer again by themselves`, async (t) => {
    // Without relays, so that it is the rules that lead to the containers.
    await using host = await NetworksHost.start({ ipv6Relay: false });
    await using servers = new AsyncDisposableStack();
    const outside = host.lan();
    for (let n = 0; n < count; n++) {
      const { path } = await host.container(`web${n}`, {
        portBindings: { '80/tcp': [{ HostPort: String(firstPort + n) }] },
      });
      servers.use(serve(host, path, `web${n}`));
    }
    const ask = (n: number) => answer(host, outside, firstPort + n);
    const all = async () => {
      const answers = await Promise.all(Array.from({ length: count }, (_, n) => ask(n)));
      assert.deepEqual(
        answers,
        answers.map((_, n) => `web${n}`),
      );
    };
    await eventually(all);
    for (const what of ['flush ruleset', 'delete table inet berth']) {
      const flushed = await host.run(undefined, 'nft', ...what.split(' '));
      const begun = performance.now();
      assert.equal(flushed.code, 0, flushed.stderr);
      await eventually(all);
      t.diagnostic(`nft ${what}: all answer after ${(performance.now() - begun).toFixed(0)} ms`);
    }
    assert.deepEqual(host.failures, []);
  });
});

/** A server on port 80 of a namespace that tells its name and hangs up. */
function serve(host: NetworksHost, path: string, name: string): AsyncDisposable {
  const { namespaces, ports } = host.kernel;
  const { descriptor } = namespaces.withNetworkNamespace(path, () =>
    ports.hold({ protocol: 'tcp', address: '0.0.0.0', port: 80 }),
  );
  const server = net.createServer((socket) => socket.on('error', () => undefined).end(name));
  server.listen({ fd: descriptor });
  return {
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** What the published port tells a client in the namespace; empty when there is no answer. */
async function answer(host: NetworksHost, namespace: string, port: number): Promise<string> {
  const { namespaces, ports } = host.kernel;
  const { descriptor } = namespaces.withNetworkNamespace(namespace, () =>
    ports.connect({ protocol: 'tcp', address: '10.99.0.1', port }),
  );
  const socket = new net.Socket({ fd: descriptor });
  socket.on('error', () => socket.destroy());
  socket.setTimeout(1000, () => socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}
