import { engineError, errnoOf } from '@berth/errors';

const outOfSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error to report for a failed write: a full disk becomes common.no-space. */
export function diskError(error: unknown, what: string, path: string): unknown {
  return outOfSpace.has(errnoOf(error) ?? '')
    ? engineError('common.no-space', { what, path }, { cause: error })
    : error;
}
