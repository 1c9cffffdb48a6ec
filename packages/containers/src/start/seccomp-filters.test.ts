import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { RuntimeSpec } from '@berth/runtime';
import { SeccompFilters } from './seccomp-filters.ts';

const specOf = (seccomp: object | undefined, annotations?: Record<string, string>) =>
  ({
    linux: seccomp === undefined ? {} : { seccomp },
    ...(annotations === undefined ? {} : { annotations }),
  }) as unknown as RuntimeSpec;
const profile = { defaultAction: 'SCMP_ACT_ERRNO' };
const crun = '/usr/bin/crun';

async function learned(content: Buffer | undefined, spec = specOf(profile)) {
  const folder = await mkdtemp(path.join(tmpdir(), 'berth-filters-'));
  const filters = new SeccompFilters();
  if (content !== undefined) await writeFile(path.join(folder, 'seccomp.bpf'), content);
  await filters.learn(spec, crun, folder);
  await rm(folder, { recursive: true });
  return filters;
}

test('a filter serves the same profile with the same runtime, and nothing else', async () => {
  const filter = Buffer.alloc(16, 7);
  const filters = await learned(filter);
  const annotations = { 'run.oci.seccomp_bpf_data': filter.toString('base64') };
  assert.deepEqual(filters.apply(specOf(profile), crun), specOf(profile, annotations));
  for (const [spec, runtime] of [
    [specOf({ ...profile, syscalls: [] }), crun],
    [specOf(undefined), crun],
    [specOf(profile), '/usr/sbin/runc'],
    [specOf(profile, { 'run.oci.seccomp.receiver': '/x' }), crun],
  ] as const) {
    assert.equal(filters.apply(spec, runtime), spec);
  }
});

test('nothing is learned from other runtimes, torn files and annotated containers', async () => {
  const spec = specOf(profile);
  const annotated = specOf(profile, { 'run.oci.seccomp_bpf_data': 'AAAA' });
  for (const filters of [
    await learned(undefined),
    await learned(Buffer.alloc(0)),
    await learned(Buffer.alloc(7)),
    await learned(Buffer.alloc(8 * 4097)),
    await learned(Buffer.alloc(16), annotated),
  ]) {
    assert.equal(filters.apply(spec, crun), spec);
  }
});
