import { tmpdir } from 'node:os';
import { before } from 'node:test';
import { createLinuxKernel } from '@berth/kernel';
import { snapshotterConformance } from '@berth/snapshots/testsuite/snapshotter-conformance.ts';

before(() => {
  process.umask(0);
});

const kernel = createLinuxKernel();
for (const driver of ['overlay2', 'vfs'] as const) {
  snapshotterConformance({ driver, kernel, base: tmpdir() });
}
