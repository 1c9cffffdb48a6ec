import type { ErrorTable } from '../error-definition.ts';

/** Errors that belong to no single object. */
export const commonErrors = {
  'common.invalid-argument': { kind: 'invalid-argument', message: '{reason}' },
  'common.cancelled': { kind: 'cancelled', message: '{what} was cancelled' },
  'common.no-space': {
    kind: 'resource-exhausted',
    message: 'no space left on device while {what} ({path})',
    hint: 'Free space on that file system, for example with "berth system df" and "berth image prune".',
  },
  'common.internal': { kind: 'internal', message: '{reason}' },
} as const satisfies ErrorTable;
