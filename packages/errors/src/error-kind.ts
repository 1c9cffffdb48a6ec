/**
 * The kinds of failure that a caller can react to. Each protocol has one mapper from kind to its own
 * code (HTTP status, registry error, exit code); nothing else decides on status codes.
 */
export const errorKinds = [
  'invalid-argument',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'already-exists',
  'failed-precondition',
  'not-modified',
  'resource-exhausted',
  'cancelled',
  'deadline-exceeded',
  'unavailable',
  'not-implemented',
  'data-loss',
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];
