import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuntimeSpec } from '@berth/runtime';
import { inScopeItself } from './cgroup-path.ts';

const spec = { ociVersion: '1.0.2' } as RuntimeSpec;
const subgroup = 'run.oci.systemd.subgroup';

test('with systemd the processes are in the scope itself, unless an annotation says otherwise', () => {
  assert.deepEqual(inScopeItself(spec, 'systemd').annotations, { [subgroup]: '' });
  const wanted = { ...spec, annotations: { [subgroup]: 'inner', other: 'x' } };
  assert.deepEqual(inScopeItself(wanted, 'systemd').annotations, wanted.annotations);
});

test('with cgroupfs nothing is added', () => {
  assert.equal(inScopeItself(spec, 'cgroupfs'), spec);
});
