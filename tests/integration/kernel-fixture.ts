import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLinuxKernel } from '@berth/kernel';
import type { KernelHarness } from '../../packages/kernel/testsuite/harness.ts';

/** The running kernel and a folder of its own; whatever a failed test left mounted there is unmounted. */
export function linuxHarness(): KernelHarness {
  const kernel = createLinuxKernel();
  const directory = mkdtempSync(path.join(tmpdir(), 'berth-test-kernel-'));
  return {
    kernel,
    directory,
    makeCgroup(location) {
      for (const folder of new Set(Object.values(location.directories)))
        mkdirSync(folder, { recursive: true });
    },
    async [Symbol.asyncDispose]() {
      for (const entry of kernel.mounts.list(directory).reverse())
        kernel.mounts.unmount(entry.mountPoint, { detach: true });
      rmSync(directory, { recursive: true });
    },
  };
}

/** Prints the mean time of one of `count` calls; numbers are shown, never asserted. */
export function printMean(what: string, count: number, action: (index: number) => void): void {
  const start = performance.now();
  for (let index = 0; index < count; index++) action(index);
  const mean = (performance.now() - start) / count;
  process.stdout.write(`# ${what}: ${mean.toFixed(3)} ms each (mean of ${count})\n`);
}
