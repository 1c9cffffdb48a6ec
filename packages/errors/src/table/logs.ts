import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the logs package. */
export const logsErrors = {
  'logs.read-failed': {
    kind: 'internal',
    message: 'error grabbing logs: {path} cannot be read',
  },
} as const satisfies ErrorTable;
