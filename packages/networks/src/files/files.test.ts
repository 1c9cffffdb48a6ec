import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExtraHost, resolveExtraHosts } from './extra-hosts.ts';
import { hostsFile, ownNames } from './hosts-file.ts';
import {
  formatResolvConf,
  namesOnlyStub,
  overrideResolvConf,
  parseResolvConf,
  reachableResolvConf,
} from './resolv-conf.ts';

test('names of the container itself', () => {
  assert.equal(ownNames('h1', ''), 'h1');
  assert.equal(ownNames('h1', 'dom.x'), 'h1.dom.x h1');
  assert.equal(ownNames('h1.a.b', ''), 'h1.a.b h1');
});

test('a name cannot add lines of its own', () => {
  const lines = hostsFile([{ address: '10.0.0.1', names: 'a\n10.0.0.2 evil' }])
    .trimEnd()
    .split('\n');
  assert.equal(lines.at(-1), '10.0.0.1\ta 10.0.0.2 evil');
});

test('extra hosts', () => {
  assert.deepEqual(parseExtraHost('db:10.0.0.1'), { names: 'db', address: '10.0.0.1' });
  assert.deepEqual(parseExtraHost('db=10.0.0.1'), { names: 'db', address: '10.0.0.1' });
  assert.deepEqual(parseExtraHost('db:[2001:db8::1]'), { names: 'db', address: '2001:db8::1' });
  assert.deepEqual(parseExtraHost('db:::1'), { names: 'db', address: '::1' });
  for (const bad of ['', 'foo', 'foo:', ':1.2.3.4', 'a b:1.2.3.4']) {
    assert.throws(() => parseExtraHost(bad), /bad format for add-host/);
  }
  assert.throws(() => parseExtraHost('foo:zz'), /invalid IP address in add-host: "zz"/);
  assert.deepEqual(
    resolveExtraHosts(['gw:host-gateway'], ['172.17.0.1', 'fd00::1']).map(({ address }) => address),
    ['172.17.0.1', 'fd00::1'],
  );
  assert.throws(() => resolveExtraHosts(['gw:host-gateway'], []), /unable to derive the IP value/);
});

const host = parseResolvConf(
  '# comment\nnameserver 127.0.0.1\nnameserver 10.0.0.53 ; trailing\nnameserver fe80::1%eth0\n' +
    'domain old.example\nsearch a.example b.example\noptions ndots:2\n',
);

test('resolv.conf: the parts that containers take over', () => {
  assert.deepEqual(host, {
    nameservers: ['127.0.0.1', '10.0.0.53', 'fe80::1%eth0'],
    search: ['a.example', 'b.example'],
    options: ['ndots:2'],
  });
  const none = { nameservers: [], search: [], options: [] };
  assert.deepEqual(overrideResolvConf(host, none), host);
  assert.deepEqual(overrideResolvConf(host, { ...none, search: ['.'] }).search, []);
  const own = { nameservers: ['1.1.1.1'], search: ['c'], options: ['x'] };
  assert.deepEqual(overrideResolvConf(host, own), own);
});

test('servers out of reach are left out; public ones stand in for none', () => {
  const reachable = reachableResolvConf(host, { ipv6: false });
  assert.deepEqual(reachable.conf.nameservers, ['10.0.0.53']);
  assert.deepEqual(reachableResolvConf(host, { ipv6: true }).conf.nameservers, [
    '10.0.0.53',
    'fe80::1%eth0',
  ]);
  const stub = parseResolvConf('nameserver 127.0.0.53\n');
  assert.equal(namesOnlyStub(stub), true);
  assert.deepEqual(reachableResolvConf(stub, { ipv6: false }), {
    conf: { nameservers: ['8.8.8.8', '8.8.4.4'], search: [], options: [] },
    usesPublic: true,
  });
});

test('resolv.conf as written', () => {
  const text = formatResolvConf({ nameservers: ['1.1.1.1'], search: ['a', 'b\nx'], options: [] });
  assert.equal(text.split('\n').slice(4).join('\n'), 'nameserver 1.1.1.1\nsearch a b x\n');
});
