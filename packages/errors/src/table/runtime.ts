import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the runtime package. */
export const runtimeErrors = {
  'runtime.shim-launch-failed': {
    kind: 'internal',
    message: 'failed to start the shim of container {id}: {reason}',
  },
  'runtime.shim-gone': {
    kind: 'unavailable',
    message: 'no shim is listening in {bundle}',
  },
  'runtime.shim-start-failed': {
    kind: 'invalid-argument',
    message: 'failed to create task for container: {reason}',
  },
  'runtime.shim-exec-failed': {
    kind: 'invalid-argument',
    message: '{reason}',
  },
  'runtime.shim-no-process': {
    kind: 'conflict',
    message: '{target} of container {id} is not running',
  },
  'runtime.shim-exec-exists': {
    kind: 'conflict',
    message: 'exec {execId} already exists in container {id}',
  },
  'runtime.shim-request-failed': {
    kind: 'internal',
    message: 'the shim of container {id} could not {op} ({stage}): {reason}',
  },
  'runtime.shim-connection-lost': {
    kind: 'unavailable',
    message: 'the shim of container {id} went away during {op}',
  },
} as const satisfies ErrorTable;
