import { engineError, errnoOf } from './engine-error.ts';

const outOfSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error to report for a failed write: a full disk becomes common.no-space, the rest stays as it is. */
export function diskError(error: unknown, what: string, path: string): unknown {
  return outOfSpace.has(errnoOf(error) ?? '')
    ? engineError('common.no-space', { what, path }, { cause: error })
    : error;
}
