import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { PluginRegistry } from './plugin-registry.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'berth-plugins-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('sockets, specifications and descriptions of plug-ins', () => {
  const write = (name: string, text: string) => writeFileSync(path.join(directory, name), text);
  write('a.spec', 'tcp://127.0.0.1:99\n');
  write('b.json', '{"Name":"b","Addr":"unix:///run/b.sock"}');
  const tls = { CAFile: '/ca', CertFile: '/cert', KeyFile: '/key', InsecureSkipVerify: true };
  write('t.json', JSON.stringify({ Addr: 'https://[fd00::1]:4443/path', TLSConfig: tls }));
  const registry = new PluginRegistry([directory]);
  const target = (name: string) => registry.get(name)?.target;
  assert.deepEqual(target('a'), { kind: 'tcp', host: '127.0.0.1', port: 99 });
  assert.deepEqual(target('b'), { kind: 'unix', path: '/run/b.sock' });
  assert.deepEqual(target('t'), {
    ...{ kind: 'tcp', host: 'fd00::1', port: 4443 },
    tls: { caFile: '/ca', certFile: '/cert', keyFile: '/key', insecureSkipVerify: true },
  });
  for (const [name, text] of [
    ['c.json', 'nonsense'],
    ['d.json', '[]'],
    ['e.json', '{"Addr":7}'],
    ['f.json', '{"Addr":"https://h","TLSConfig":{"CertFile":"/cert"}}'],
    ['g.spec', 'gopher://x'],
    ['h.spec', 'x'.repeat(70_000)],
  ] as const) {
    write(name, text);
    assert.equal(target(name.slice(0, 1))?.kind, 'invalid', name);
  }
  assert.equal(registry.get('../a'), undefined);
  assert.equal(registry.get('a'), registry.get('a'));
  assert.deepEqual([...registry.names()].sort().join(''), 'abcdefght');
  rmSync(path.join(directory, 'a.spec'));
  assert.equal(registry.get('a'), undefined);
  const patient = new PluginRegistry([directory], { restart: 1000 });
  const known = patient.get('b');
  rmSync(path.join(directory, 'b.json'));
  assert.ok(known !== undefined && patient.get('b') === known, 'it may come back');
});
