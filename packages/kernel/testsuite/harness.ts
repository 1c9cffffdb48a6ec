import type { CgroupLocation } from '../src/cgroups.ts';
import type { Kernel } from '../src/kernel.ts';

/** One kernel under test and a place to work in. Disposing leaves nothing behind. */
export interface KernelHarness extends AsyncDisposable {
  readonly kernel: Kernel;
  /** An empty folder, removed at the end. */
  readonly directory: string;
  /** Does what a runtime does: makes the cgroup in every hierarchy. */
  makeCgroup(location: CgroupLocation): void;
}

export type MakeHarness = () => KernelHarness;
