import type { CgroupLocation } from '@berth/kernel';
import type { RuntimeSpec } from '@berth/runtime';
import type { ShimHandle } from '@berth/runtime/shim/index.ts';

/** A container with a shim: from its launch, or its adoption, until everything of this run is torn down. */
export interface LiveContainer {
  readonly shim: ShimHandle;
  readonly cgroup: CgroupLocation;
  readonly tty: boolean;
  /** Root directory on the host while the snapshot is mounted. */
  readonly rootDirectory: string;
  /** As it was started; execs inherit from its process. The same object each time. */
  readonly spec: () => Promise<RuntimeSpec>;
  /** Settles when the exit was recorded and published: the container is stopped for everybody. */
  readonly ended: Promise<void>;
  /** Settles when nothing of this run is left, so that the next one may begin. */
  readonly cleaned: Promise<void>;
}
