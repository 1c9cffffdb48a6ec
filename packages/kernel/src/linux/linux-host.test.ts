import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { LinuxHost } from './linux-host.ts';

const files = {
  'proc/self/status':
    'Name:\tnode\nCpus_allowed_list:\t0-2,8\nCapBnd:\t0000000000000021\nSeccomp:\t0\n',
  'proc/sys/kernel/cap_last_cap': '1\n',
  'proc/sys/net/ipv4/ip_forward': '1\n',
  'sys/module/apparmor/parameters/enabled': 'Y\n',
};

function withHost(environment: NodeJS.ProcessEnv, action: (host: LinuxHost, root: string) => void) {
  const root = mkdtempSync(join(tmpdir(), 'berth-host-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    action(new LinuxHost({ root, environment }), root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('host facts', () => {
  it('come from procfs and sysfs', () =>
    withHost({}, (host) => {
      assert.deepEqual([...host.boundingCapabilities], ['CAP_CHOWN', 'CAP_KILL']);
      assert.deepEqual(host.kernelCapabilities, ['CAP_CHOWN', 'CAP_DAC_OVERRIDE']);
      assert.equal(host.cpuCount, 4);
      assert.deepEqual(host.security, { seccomp: true, appArmor: true, seLinux: false });
    }));

  it('sysctls are written in place and never made', () =>
    withHost({}, (host, root) => {
      host.setSysctl('net.ipv4.ip_forward', '0');
      assert.equal(readFileSync(join(root, 'proc/sys/net/ipv4/ip_forward'), 'utf8'), '0\n');
      assert.throws(() => host.setSysctl('net.ipv4.none', '0'), { code: 'ENOENT' });
      assert.equal(host.sysctl('net.ipv4'), undefined, 'a folder is no switch');
    }));

  it('descriptors of systemd are those meant for this process', () => {
    const mine = { LISTEN_PID: String(process.pid), LISTEN_FDS: '2' };
    withHost(mine, (host) => assert.deepEqual(host.listenDescriptors(), [3, 4]));
    for (const other of [
      { ...mine, LISTEN_PID: '1' },
      { ...mine, LISTEN_FDS: 'x' },
      { ...mine, LISTEN_FDS: '-1' },
      {},
    ])
      withHost(other, (host) => assert.deepEqual(host.listenDescriptors(), []));
  });
});
