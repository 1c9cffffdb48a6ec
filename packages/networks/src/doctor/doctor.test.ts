import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listeningScope, parseListening } from './listening-sockets.ts';
import { routeFinding } from './route-finding.ts';
import { type ListedRule, walkChain } from './rule-walk.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   2: 020011AC:0051 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   3: 020011AC:A001 030011AC:0050 01 00000000:00000000 00:00000000 00000000     0
nonsense
`;

test('who listens for whom', () => {
  const sockets = parseListening(table, 'tcp', 4);
  assert.deepEqual(
    sockets.map(({ port, scope }) => [port, scope]),
    [
      [80, 'any'],
      [8080, 'loopback'],
      [81, 'other'],
    ],
  );
  const scope = (port: number) => listeningScope(sockets, { protocol: 'tcp', port, family: 4 });
  assert.deepEqual([80, 8080, 40961].map(scope), ['any', 'loopback', undefined]);
  const six = parseListening(`x\n 0: ${'0'.repeat(32)}:0050 ${'0'.repeat(32)}:0000 0A`, 'tcp', 6);
  assert.equal(listeningScope(six, { protocol: 'tcp', port: 80, family: 4 }), 'any');
  const loop = parseListening(
    `x\n 0: 00000000000000000000000001000000:0050 ${'0'.repeat(32)}:0000 0A`,
    'tcp',
    6,
  );
  assert.equal(listeningScope(loop, { protocol: 'tcp', port: 80, family: 6 }), 'loopback');
});

const match = (left: object, right: unknown, op = '==') => ({ match: { op, left, right } });
const out = { meta: { key: 'oifname' } };
const dport = { payload: { protocol: 'tcp', field: 'dport' } };
const packet = { protocol: 'tcp', dport: 80, daddr: '172.17.0.2', oifname: 'docker0' };
const rule = (...expr: ListedRule['expr'][number][]): ListedRule => ({ expr });

function walk(chains: Record<string, ListedRule[]>) {
  return walkChain(new Map(Object.entries(chains)), 'f', packet);
}

test('what other rules do to a packet', () => {
  const drop = { drop: null };
  const accept = { accept: null };
  assert.equal(walk({ f: [] }).verdict.kind, 'passed');
  assert.equal(
    walk({ f: [rule(match(out, 'docker0'), accept), rule(drop)] }).verdict.kind,
    'accepted',
  );
  const established = match({ ct: { key: 'state' } }, ['established', 'related'], 'in');
  const dropped = walk({ f: [rule(established, accept), rule({ counter: null }, drop)] });
  assert.deepEqual(dropped, { verdict: { kind: 'dropped', chain: 'f', rule: 1 }, unclear: 0 });
  const jumped = walk({
    f: [rule({ jump: { target: 'u' } }), rule(accept)],
    u: [rule(match(dport, { set: [80, 443] }), { reject: null })],
  });
  assert.deepEqual(jumped.verdict, { kind: 'dropped', chain: 'u', rule: 0 });
  const returned = walk({
    f: [rule({ jump: { target: 'u' } }), rule(accept)],
    u: [rule({ return: null }), rule(drop)],
  });
  assert.equal(returned.verdict.kind, 'accepted');
  const unclear = walk({ f: [rule({ xt: null }, accept), rule(match(out, '@set'), drop)] });
  assert.deepEqual(unclear, { verdict: { kind: 'passed' }, unclear: 2 });
  assert.equal(walk({ f: [rule({ jump: { target: 'f' } })] }).verdict.kind, 'passed');
});

test('which route leads to a container', () => {
  const bridge = { index: 3, name: 'docker0', mtu: 1500, up: true };
  const route = (destination: string, linkIndex: number) => ({
    ...{ destination, linkIndex, table: 254, family: 4 as const },
  });
  const finding = (...routes: ReturnType<typeof route>[]) =>
    routeFinding(
      { routes: () => routes, list: () => [{ ...bridge, index: 4, name: 'vpn0' }] },
      bridge,
      { subject: 's', address: '172.17.0.2' },
    );
  assert.equal(finding(route('172.17.0.0/16', 3), route('default', 2)).level, 'ok');
  assert.match(finding(route('172.17.0.0/16', 3), route('172.17.0.0/24', 4)).text, /vpn0/);
  assert.match(finding(route('default', 2)).text, /no route/);
});
