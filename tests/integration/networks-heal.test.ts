import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@berth/testing';
import { containerId, inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

const count = 50;

inPrivateNetwork(import.meta.filename, () => {
  test('rules that others remove come back by themselves', async (t) => {
    await using host = await NetworksHost.start();
    const outside = host.lan();
    const first = await host.container('web0', bindings(0));
    await host.serve(first.path, 'tcp', 80, 'web');
    for (let n = 1; n < count; n++) await host.container(`web${n}`, bindings(n));
    const nft = async (...command: string[]) => {
      const { code, stderr, stdout } = await host.run(undefined, 'nft', ...command);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const ruleset = () => nft('-s', 'list', 'table', 'inet', 'berth');
    const heals = async () => {
      await eventually(async () => (await ruleset().catch(() => '')) === whole);
      assert.equal(await host.ask(outside, '10.99.0.1', 8000), 'web 10.99.0.2');
    };
    await nft('add', 'rule', 'inet', 'berth', 'BERTH-USER', 'ip', 'saddr', '192.0.2.1', 'drop');
    await nft('add', 'rule', 'inet', 'berth', 'BERTH-USER', 'tcp', 'dport', '2222', 'drop');
    const whole = await ruleset();
    assert.equal(whole.match(/ \. 80(,| \})/g)?.length, count);
    // A repair looks at the administrator's rules as well.
    await nft('delete', 'element', 'inet', 'berth', 'ports', '{ tcp . 8007 }');
    await heals();

    await t.test('a flush of everything', async () => {
      await nft('flush', 'ruleset');
      await heals();
    });
    await t.test('the table', async () => {
      await nft('delete', 'table', 'inet', 'berth');
      await heals();
    });
    await t.test('a chain’s rules, one element, a set', async () => {
      await nft('flush', 'chain', 'inet', 'berth', 'forward');
      await heals();
      await nft('delete', 'element', 'inet', 'berth', 'ports', '{ tcp . 8007 }');
      await heals();
      await nft('flush', 'map', 'inet', 'berth', 'ports');
      await heals();
    });
    await t.test('again and again', async () => {
      for (let turn = 0; turn < 5; turn++) await nft('flush', 'ruleset');
      await heals();
    });
    await t.test('a rule that the administrator deletes is not brought back', async () => {
      await nft('flush', 'chain', 'inet', 'berth', 'BERTH-USER');
      await nft('delete', 'element', 'inet', 'berth', 'ports', '{ tcp . 8007 }');
      await eventually(async () => (await ruleset()).includes('8007'));
      assert.ok(!(await ruleset()).includes('2222'));
    });
    assert.deepEqual(host.failures, []);
  });

  test('where the kernel tells of no changes it is asked, and our own do not count', async () => {
    await using host = await NetworksHost.start();
    const { firewall } = host.kernel;
    const table = async () =>
      (await host.run(undefined, 'nft', 'list', 'table', 'inet', 'berth')).stdout;
    const before = firewall.foreignChanges();
    await host.container('web', bindings(0));
    await host.networks.removeSandbox(containerId('web'));
    assert.equal(firewall.foreignChanges(), before);
    await host.run(undefined, 'nft', 'add table ip other');
    assert.equal(firewall.foreignChanges(), (before ?? 0) + 1);
    await host.stopService();
    firewall.watch = () => {
      throw new Error('not here');
    };
    await host.startService(new Set());
    assert.equal(host.failures.length, 1);
    const whole = await table();
    await host.run(undefined, 'nft', 'flush', 'ruleset');
    await eventually(async () => (await table()) === whole);
  });

  test('changes of others, and our own, cause no work', async () => {
    await using host = await NetworksHost.start();
    const { firewall } = host.kernel;
    let own = 0;
    let foreign = 0;
    const stop = firewall.watch((changes) => {
      own += changes.filter((change) => change.own).length;
      foreign += changes.filter((change) => !change.own).length;
    });
    try {
      await host.container('web', bindings(0));
      await eventually(() => own > 0);
      assert.equal(foreign, 0);
      const script = 'add table ip other; add chain ip other c; delete table ip other';
      for (let turn = 0; turn < 20; turn++) await host.run(undefined, 'nft', script);
      await eventually(() => foreign >= 20);
      const before = own;
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(own, before);
      const warned = () => host.networks.warnings().filter((text) => text.includes('nosy'));
      assert.deepEqual(warned(), []);
      const policy = '{ type filter hook forward priority 0; policy drop; }';
      await host.run(undefined, 'nft', `add table ip nosy; add chain ip nosy forward ${policy}`);
      await eventually(() => warned().length === 1);
      assert.equal(own, before);
    } finally {
      stop();
    }
  });
});

function bindings(n: number) {
  return { portBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: String(8000 + n) }] } };
}
