import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MakeHarness } from './harness.ts';

export function hostConformance(makeHarness: MakeHarness): void {
  describe('host', () => {
    it('knows the capabilities it may hand out', async () => {
      await using harness = makeHarness();
      const { boundingCapabilities, kernelCapabilities } = harness.kernel.host;
      assert.ok(boundingCapabilities.has('CAP_CHOWN'));
      for (const name of boundingCapabilities) assert.ok(kernelCapabilities.includes(name), name);
    });

    it('reads and writes sysctls in both notations', async () => {
      await using harness = makeHarness();
      const { host } = harness.kernel;
      const value = host.sysctl('net.ipv4.ip_forward');
      assert.match(value ?? '', /^[01]$/);
      host.setSysctl('net/ipv4/ip_forward', value ?? '0');
      assert.equal(host.sysctl('net/ipv4/ip_forward'), value);
      assert.equal(host.sysctl('net.ipv4.no_such_switch'), undefined);
      const unknown = () => host.setSysctl('net.ipv4.no_such_switch', '1');
      assert.throws(unknown, { code: 'ENOENT', syscall: 'sysctl' });
      assert.throws(() => host.sysctl('net/../../etc/passwd'), { code: 'EINVAL' });
    });

    it('describes the machine', async () => {
      await using harness = makeHarness();
      const { host } = harness.kernel;
      assert.ok(host.cpuCount >= 1 && host.memoryBytes > 0);
      assert.match(host.bootId, /^[0-9a-f-]{36}$/);
      assert.match(host.kernelVersion, /^\d+\.\d+/);
      assert.deepEqual(host.listenDescriptors(), []);
    });
  });
}
