import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the kernel package. A single failed system call is a KernelError instead. */
export const kernelErrors = {
  'kernel.addonMissing': {
    kind: 'failed-precondition',
    message: 'the system-call addon {path} cannot be loaded: {reason}',
    hint: "run 'npm run build:native' to build it",
  },
  'kernel.nftablesMissing': {
    kind: 'failed-precondition',
    message: 'libnftables cannot be loaded: {reason}',
    hint: 'install the system package libnftables1',
  },
  'kernel.freezeTimeout': {
    kind: 'deadline-exceeded',
    message: 'cgroup {path} did not become {state} within {seconds} s',
    hint: 'a process in it is probably stuck in uninterruptible sleep (state D in ps)',
  },
  'kernel.cgroupMissing': {
    kind: 'not-found',
    message: 'no cgroup directory with the {controller} controller for {path}',
  },
  'kernel.cgroupPathInvalid': {
    kind: 'invalid-argument',
    message: 'invalid cgroup path {path} for the {driver} driver: {reason}',
  },
} as const satisfies ErrorTable;
