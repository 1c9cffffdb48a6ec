import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createLinuxKernel, type Kernel } from '@berth/kernel';
import { EmbeddedResolver, type ResolverSandbox } from '@berth/networks';
import { HostFiles } from '@berth/networks/files/host-files.ts';
import { EndpointDirectory } from '@berth/networks/resolver/endpoint-directory.ts';
import { eventually, runCommand } from '@berth/testing';
import { addressAnswer, askInside, fakeServer, summary } from './networks-dns-fixture.ts';
import { inPrivateNetwork } from './networks-fixture.ts';

/** Sandboxes that are only namespaces, with a resolver for them. */
class DnsHost implements AsyncDisposable {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'berth-dns-'));
  readonly kernel: Kernel = createLinuxKernel();
  readonly endpoints = new EndpointDirectory();
  readonly #namespaces: string[] = [];
  resolver = this.#newResolver();

  /** A sandbox in the network `blue`, with an open resolver. */
  async sandbox(name: string, change: Partial<ResolverSandbox> = {}): Promise<ResolverSandbox> {
    const namespacePath = path.join(this.directory, name);
    this.kernel.namespaces.createNetworkNamespace(namespacePath);
    this.#namespaces.push(namespacePath);
    const sandbox: ResolverSandbox = {
      containerId: name,
      namespacePath,
      networks: [{ id: 'blue-id', name: 'blue', links: [] }],
      forwards: true,
      dns: { nameservers: [], search: [], options: [] },
      ipv6: false,
      ...change,
    };
    await this.resolver.open(sandbox);
    return sandbox;
  }

  attach(name: string, address4: string, names: readonly string[] = [name]): void {
    const network = { networkId: 'blue-id', networkName: 'blue' };
    this.endpoints.put({ endpointId: name, ...network, containerId: name, names, address4 });
  }

  setHostServers(...servers: string[]): void {
    const text = servers.map((server) => `nameserver ${server}\n`).join('');
    writeFileSync(path.join(this.directory, 'resolv.conf'), text);
  }

  /** What a daemon that is started anew does. */
  restartResolver(): void {
    this.resolver.closeAll();
    this.resolver = this.#newResolver();
  }

  async ask(sandbox: ResolverSandbox, name: string, transport: 'udp' | 'tcp' = 'udp') {
    return summary(await askInside(this.kernel, sandbox.namespacePath, { name }, transport));
  }

  #newResolver(): EmbeddedResolver {
    const resolvConf = path.join(this.directory, 'resolv.conf');
    const hostFiles = new HostFiles({ hosts: '', resolvConf, resolvedConf: '' });
    return new EmbeddedResolver({ directory: this.endpoints, kernel: this.kernel, hostFiles });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resolver.closeAll();
    for (const path of this.#namespaces) this.kernel.namespaces.removeNetworkNamespace(path);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

inPrivateNetwork(import.meta.filename, () => {
  test('names at 127.0.0.11, by udp and tcp, until they are gone', async () => {
    await using host = new DnsHost();
    const web = await host.sandbox('web', { forwards: false });
    host.attach('db1', '10.0.0.2', ['db1', 'DB']);
    host.attach('db2', '10.0.0.3', ['db2', 'db']);
    assert.equal(await host.ask(web, 'db1'), '0 10.0.0.2');
    assert.equal(await host.ask(web, 'dB.blue', 'tcp'), '0 10.0.0.2 10.0.0.3');
    host.endpoints.delete('db1');
    assert.equal(await host.ask(web, 'db'), '0 10.0.0.3');
    assert.equal(await host.ask(web, 'db1'), '2');
    host.resolver.update({ ...web, networks: [] });
    assert.equal(await host.ask(web, 'db'), '2');
  });

  test('nslookup of busybox', async () => {
    await using host = new DnsHost();
    const web = await host.sandbox('web', { forwards: false });
    host.attach('db', '10.0.0.2', ['db', 'store']);
    const inside = [`--net=${web.namespacePath}`, 'busybox', 'nslookup'];
    const named = await runCommand('nsenter', [...inside, 'store', '127.0.0.11']);
    assert.match(named.stdout, /Name:\s+store\s+Address( 1)?: 10\.0\.0\.2/);
    const reverse = await runCommand('nsenter', [...inside, '10.0.0.2', '127.0.0.11']);
    assert.match(reverse.stdout, /name = db\.blue|db\.blue/);
  });

  test('several addresses come in changing order', async () => {
    await using host = new DnsHost();
    const web = await host.sandbox('web');
    for (const n of [1, 2, 3]) host.attach(`app${n}`, `10.0.0.${n}`, [`app${n}`, 'app']);
    const firsts = new Set<string>();
    for (let query = 0; query < 100; query++) {
      const answer = await askInside(host.kernel, web.namespacePath, { name: 'app' });
      firsts.add((answer ?? Buffer.alloc(4)).subarray(-4).join('.'));
    }
    assert.equal(firsts.size, 3);
  });

  test('other names go to the servers in order, names of containers never', async () => {
    await using host = new DnsHost();
    const refusing = await fakeServer(host.kernel, undefined, '127.0.0.41', (query) =>
      addressAnswer(query, undefined, 5),
    );
    const answering = await fakeServer(host.kernel, undefined, '127.0.0.42', (query) =>
      addressAnswer(query, '192.0.2.7'),
    );
    try {
      // Nobody listens at the first.
      host.setHostServers('127.0.0.40', '127.0.0.41', '127.0.0.42');
      const web = await host.sandbox('web');
      host.attach('db', '10.0.0.2');
      assert.equal(await host.ask(web, 'example.com'), '0 192.0.2.7');
      assert.equal(await host.ask(web, 'example.com', 'tcp'), '0 192.0.2.7');
      assert.deepEqual(
        refusing.received.map(({ transport }) => transport),
        ['udp', 'tcp'],
      );
      const before = answering.received.length;
      await host.ask(web, 'db');
      await host.ask(web, 'db.blue');
      await askInside(host.kernel, web.namespacePath, { name: 'db', type: 28 });
      await askInside(host.kernel, web.namespacePath, { name: 'db', type: 16 });
      const reverse = { name: '2.0.0.10.in-addr.arpa', type: 12 };
      await askInside(host.kernel, web.namespacePath, reverse);
      assert.equal(answering.received.length, before);
      const ids = answering.received.map(({ message }) => message.readUInt16BE(0));
      assert.ok(ids.some((id) => id !== 1));
      const inner = await host.sandbox('inner', { forwards: false });
      assert.equal(await host.ask(inner, 'example.com'), '2');
      assert.equal(answering.received.length, before);
    } finally {
      refusing.close();
      answering.close();
    }
  });

  test('a server of the user is asked from inside, and a cut answer again over tcp', async () => {
    await using host = new DnsHost();
    const dns = { nameservers: ['127.0.0.9'], search: [], options: ['ndots:1'] };
    const web = await host.sandbox('web', { dns });
    const cut = (query: Buffer, transport: 'udp' | 'tcp') => {
      const answer = addressAnswer(query, transport === 'tcp' ? '192.0.2.9' : undefined);
      if (transport === 'udp') answer.writeUInt16BE(0x8380, 2);
      return answer;
    };
    const server = await fakeServer(host.kernel, web.namespacePath, '127.0.0.9', cut);
    try {
      const edns = Buffer.from('0000290fff000000000000', 'hex');
      const parts = { name: 'example.com', additional: [edns] };
      const whole = await askInside(host.kernel, web.namespacePath, parts);
      assert.equal(summary(whole), '0 192.0.2.9');
      assert.ok(server.received[0]?.message.subarray(-11).equals(edns));
      const plain = await askInside(host.kernel, web.namespacePath, { name: 'example.com' });
      assert.equal((plain?.readUInt16BE(2) ?? 0) & 0x0200, 0x0200);
      const before = server.received.length;
      assert.equal(await host.ask(web, 'word'), '0');
      assert.equal(server.received.length, before);
    } finally {
      server.close();
    }
  });

  test('answers of others, and to other questions, are not believed', async () => {
    await using host = new DnsHost();
    host.setHostServers('127.0.0.43', '127.0.0.44');
    const lying = await fakeServer(host.kernel, undefined, '127.0.0.43', (query) => {
      const forged = addressAnswer(query, '192.0.2.66');
      forged.write('evil', 13);
      return forged;
    });
    const honest = await fakeServer(host.kernel, undefined, '127.0.0.44', (query) =>
      addressAnswer(query, '192.0.2.7'),
    );
    try {
      const web = await host.sandbox('web');
      assert.equal(await host.ask(web, 'bank.example'), '0 192.0.2.7');
    } finally {
      lying.close();
      honest.close();
    }
  });

  test('a new daemon answers in old sandboxes; closed ones leave no socket', async () => {
    await using host = new DnsHost();
    const before = readdirSync('/proc/self/fd').length;
    const sandboxes = [];
    for (let n = 0; n < 20; n++) sandboxes.push(await host.sandbox(`c${n}`, { forwards: false }));
    host.attach('db', '10.0.0.2');
    host.restartResolver();
    assert.ok(sandboxes.every(({ namespacePath }) => existsSync(namespacePath)));
    for (const sandbox of sandboxes) await host.resolver.open(sandbox);
    for (const sandbox of sandboxes) assert.equal(await host.ask(sandbox, 'db'), '0 10.0.0.2');
    host.resolver.closeAll();
    await eventually(() => assert.ok(readdirSync('/proc/self/fd').length <= before + 2));
  });
});
