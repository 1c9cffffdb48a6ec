import { EngineError, engineError } from '@berth/errors';
import type { ShimFault, ShimTarget } from './shim-client.ts';

/** The user's error for what a shim could not do. The fault is its cause. */
export function shimFaultError(fault: ShimFault, id: string, target?: ShimTarget): EngineError {
  const options = { cause: fault };
  if (fault.op === 'start') {
    return engineError('runtime.shim-start-failed', { reason: startReason(fault) }, options);
  }
  if (fault.errno === 'ESRCH') {
    return engineError(
      'runtime.shim-no-process',
      { id, target: target === undefined || target === 'container' ? 'init' : target.execId },
      options,
    );
  }
  if (fault.op === 'exec' && fault.errno === 'EEXIST') {
    const execId = typeof target === 'object' ? target.execId : '';
    return engineError('runtime.shim-exec-exists', { id, execId }, options);
  }
  if (fault.op === 'exec') {
    return engineError('runtime.shim-exec-failed', { reason: execReason(fault) }, options);
  }
  const { op, stage } = fault;
  return engineError(
    'runtime.shim-request-failed',
    { id, op, stage, reason: plain(fault) },
    options,
  );
}

/**
 * Whether an exec by plan failed in a way that says nothing of the process: the shim cannot do it here, or is an
 * older one that knows no plans. Nothing has run.
 */
export function isNativeRefusal(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  const fault = error.cause as Partial<ShimFault> | null | undefined;
  return fault?.op === 'exec' && (fault.stage === 'native' || fault.stage === 'process');
}

/** Docker's wording around the runtime's message: clients look for parts of it. */
function startReason(fault: ShimFault): string {
  if (fault.runtimeMessage === '') return plain(fault);
  const message = fault.runtimeMessage.replace(/^runc run failed/, 'runc create failed');
  return `failed to create shim task: OCI runtime create failed: ${message}: unknown`;
}

function execReason(fault: ShimFault): string {
  if (fault.runtimeMessage === '') return `OCI runtime exec failed: ${plain(fault)}`;
  return `OCI runtime exec failed: ${fault.runtimeMessage}: unknown`;
}

/** `stage: ENOENT (/path)`, as far as known. */
export function plain(fault: ShimFault): string {
  const reason = fault.runtimeMessage || fault.errno;
  const path = fault.path === '' ? '' : ` (${fault.path})`;
  return `${fault.stage}${reason === '' ? ' failed' : `: ${reason}`}${path}`;
}
