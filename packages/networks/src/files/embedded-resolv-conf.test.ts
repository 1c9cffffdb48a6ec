import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embeddedResolvConf } from './embedded-resolv-conf.ts';
import { formatResolvConf, parseResolvConf } from './resolv-conf.ts';

const nothing = { nameservers: [], search: [], options: [] };
const host = parseResolvConf(
  'nameserver 127.0.0.53\nnameserver 10.0.0.1\nsearch corp.example\noptions edns0\n',
);

test('the servers of the host become those of the resolver', () => {
  const { conf, servers, completesWords } = embeddedResolvConf(host, nothing, { ipv6: false });
  assert.deepEqual(formatResolvConf(conf).split('\n').slice(4), [
    'nameserver 127.0.0.11',
    'search corp.example',
    'options edns0 ndots:0',
    '',
    "# Based on host file: '/etc/resolv.conf' (internal resolver)",
    '# ExtServers: [host(127.0.0.53) 10.0.0.1]',
    '# Overrides: []',
    '# Option ndots from: internal',
    '',
  ]);
  assert.deepEqual(servers, [
    { address: '127.0.0.53', fromHost: true },
    { address: '10.0.0.1', fromHost: false },
  ]);
  assert.equal(completesWords, false);
});

test('what the user says stands in its place and is asked from the container', () => {
  const own = { nameservers: ['127.0.0.1', 'fd00::1'], search: ['.'], options: ['ndots:2'] };
  const { conf, servers, completesWords } = embeddedResolvConf(host, own, { ipv6: false });
  assert.deepEqual(servers, [
    { address: '127.0.0.1', fromHost: false },
    { address: 'fd00::1', fromHost: false },
  ]);
  assert.deepEqual([conf.search, conf.options], [[], ['ndots:2']]);
  assert.ok(conf.comments?.includes('Overrides: [nameservers search options]'));
  assert.ok(conf.comments?.includes('Option ndots from: override'));
  assert.equal(completesWords, true);
});

test('servers that only the host reaches, none at all, and options that are none', () => {
  const six = parseResolvConf('nameserver fd00::1\nnameserver fe80::1%eth0\noptions ndots:x');
  const without = embeddedResolvConf(six, nothing, { ipv6: false });
  assert.deepEqual(
    without.servers.map(({ fromHost }) => fromHost),
    [true, true],
  );
  assert.deepEqual(without.conf.options, ['ndots:0']);
  const withIt = embeddedResolvConf(six, nothing, { ipv6: true });
  assert.deepEqual(
    withIt.servers.map(({ fromHost }) => fromHost),
    [false, true],
  );
  const empty = embeddedResolvConf(parseResolvConf(''), nothing, { ipv6: false });
  assert.ok(empty.conf.comments?.includes('ExtServers: [8.8.8.8 8.8.4.4]'));
  assert.ok(empty.conf.comments?.includes('Used default nameservers.'));
});
