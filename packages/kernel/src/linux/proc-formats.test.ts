import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capabilitiesOfMask, capabilitiesUpTo } from './capability-names.ts';
import { isAtOrUnder, parseMountInfo } from './mountinfo.ts';
import { nftFailure } from './nft-failure.ts';
import { overlayData } from './overlay-options.ts';
import { parseProcStat } from './proc-stat.ts';
import { sysctlPath } from './sysctl-path.ts';

describe('mountinfo', () => {
  it('has optional fields, escaped names and options', () => {
    const [entry, second] = parseMountInfo(
      '36 35 98:0 /mnt1 /mnt2\\040with\\134odd rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue\n' +
        '37 35 0:5 / /proc rw - proc proc rw\nmalformed line\n',
    );
    assert.deepEqual(entry, {
      id: 36,
      parentId: 35,
      root: '/mnt1',
      mountPoint: '/mnt2 with\\odd',
      options: 'rw,noatime',
      propagation: ['shared:1', 'master:2'],
      fsType: 'ext3',
      source: '/dev/root',
      superOptions: 'rw,errors=continue',
    });
    assert.deepEqual(second?.propagation, []);
  });

  it('tells below from beside', () => {
    assert.ok(isAtOrUnder('/a/b', '/a'));
    assert.ok(isAtOrUnder('/a', '/a/'));
    assert.ok(isAtOrUnder('/a', '/'));
    assert.ok(!isAtOrUnder('/ab', '/a'));
  });
});

describe('/proc/PID/stat', () => {
  it('has commands with spaces and parentheses', () => {
    const rest = Array.from({ length: 40 }, (_, index) => index).join(' ');
    assert.deepEqual(parseProcStat(`12 (a) b (c) S 5 ${rest}`), {
      pid: 12,
      parentPid: 5,
      command: 'a) b (c',
      state: 'S',
      startTime: 17,
    });
    assert.equal(parseProcStat('12 (cut'), undefined);
    assert.equal(parseProcStat('12 (cut) S 1'), undefined);
  });
});

describe('capability masks', () => {
  it('name their bits', () => {
    assert.deepEqual(capabilitiesOfMask('0000000000200001'), ['CAP_CHOWN', 'CAP_SYS_ADMIN']);
    assert.equal(capabilitiesOfMask('000001ffffffffff').length, 41);
    assert.equal(capabilitiesUpTo(40).at(-1), 'CAP_CHECKPOINT_RESTORE');
  });
});

describe('sysctl names', () => {
  it('are dotted or slashed', () => {
    assert.equal(sysctlPath('net.ipv4.ip_forward'), 'net/ipv4/ip_forward');
    assert.equal(sysctlPath('net/ipv4/conf/eth0.1/forwarding'), 'net/ipv4/conf/eth0.1/forwarding');
    assert.equal(sysctlPath('net.ipv4.conf.eth0/1.forwarding'), 'net/ipv4/conf/eth0.1/forwarding');
    for (const name of ['', '.', '..', '/etc', 'a//b', 'a/../b', 'a/./b', 'a\0b'])
      assert.throws(() => sysctlPath(name), { code: 'EINVAL' }, JSON.stringify(name));
  });
});

describe('overlay options', () => {
  it('escape what separates them', () => {
    const data = overlayData({ lower: ['/a:b', '/c,d'], upper: '/u:,', work: '/w\\' });
    assert.equal(data, 'lowerdir=/a\\:b:/c\\,d,upperdir=/u:\\,,workdir=/w\\\\');
    assert.equal(overlayData({ lower: ['/a'], options: ['volatile'] }), 'lowerdir=/a,volatile');
  });
});

describe('failures of nft', () => {
  it('carry the errno of the rejected command', () => {
    const text = 'Error: Could not process rule: File exists\nadd table t\n^^^\n';
    assert.equal(nftFailure(text).code, 'EEXIST');
    assert.match(nftFailure(text).message, /add table t/);
    assert.equal(nftFailure('Error: syntax error, unexpected newline').code, 'EINVAL');
    assert.equal(nftFailure('').code, 'EINVAL');
    assert.ok(nftFailure('x'.repeat(100_000)).message.length < 3000);
  });
});
