import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { createLinuxKernel } from '@berth/kernel';
import { linuxHarness, printMean } from './kernel-fixture.ts';

const count = 30;

describe('what one container start costs in the kernel package', () => {
  it('constructing', () => {
    printMean('createLinuxKernel', 10, () => createLinuxKernel());
  });

  it('namespace, veth, address, route', async () => {
    await using harness = linuxHarness();
    const { namespaces, links } = harness.kernel;
    const at = (name: string | number) => path.join(harness.directory, String(name));
    namespaces.createNetworkNamespace(at('bridge'));
    printMean('network namespace', count, (index) => namespaces.createNetworkNamespace(at(index)));
    {
      using outside = links.inNamespace(at('bridge'));
      outside.createBridge('br0');
      outside.addAddress('br0', '10.99.0.1/16');
      outside.setUp('br0');
      printMean('veth pair in a bridge', count, (index) =>
        outside.createVeth({
          hostName: `v${index}`,
          bridge: 'br0',
          peerNamespace: at(index),
          peerName: 'eth0',
        }),
      );
      printMean('address and default route', count, (index) => {
        using inside = links.inNamespace(at(index));
        inside.addAddress('eth0', `10.99.1.${index + 1}/16`);
        inside.addRoute({ destination: 'default', gateway: '10.99.0.1' });
      });
      assert.equal(outside.list().length, count + 2);
    }
    printMean('namespace removal', count, (index) => namespaces.removeNetworkNamespace(at(index)));
    namespaces.removeNetworkNamespace(at('bridge'));
  });

  it('a published port: one element of a map, however many there are', async () => {
    await using harness = linuxHarness();
    const pinned = path.join(harness.directory, 'ns');
    harness.kernel.namespaces.createNetworkNamespace(pinned);
    const firewall = harness.kernel.firewall.inNamespace(pinned);
    await firewall.apply(
      'add table ip t; add map ip t ports { type inet_proto . inet_service : ipv4_addr . inet_service; }',
    );
    for (const first of [1000, 2000]) {
      const start = performance.now();
      for (let port = first; port < first + 200; port++)
        await firewall.apply(`add element ip t ports { tcp . ${port} : 10.0.0.2 . 80 }`);
      const mean = (performance.now() - start) / 200;
      process.stdout.write(`# nft element from ${first - 1000} on: ${mean.toFixed(3)} ms each\n`);
    }
    const list = (await firewall.list('list map ip t ports')) as { nftables: unknown[] };
    assert.equal(JSON.stringify(list).split('10.0.0.2').length - 1, 400);
    harness.kernel.namespaces.removeNetworkNamespace(pinned);
  });
});
