import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the content package. */
export const contentErrors = {
  'content.not-found': { kind: 'not-found', message: 'content {digest} not found' },
  'content.digest-mismatch': {
    kind: 'invalid-argument',
    message: 'content does not match its digest: expected {expected}, got {actual}',
    hint: 'The data was damaged or changed on its way. Fetch it again.',
  },
  'content.size-mismatch': {
    kind: 'invalid-argument',
    message: 'content {digest} has {actual} bytes, {expected} were announced',
  },
  'content.corrupt': {
    kind: 'data-loss',
    message: 'stored content {digest} is damaged: its digest is now {actual} ({path})',
    hint: 'Check the disk; "berth system check --repair" names the images concerned and fetches what a registry still has.',
  },
  'content.too-large': {
    kind: 'invalid-argument',
    message: 'content {digest} has {size} bytes; at most {limit} are accepted here',
  },
  'content.invalid-range': {
    kind: 'invalid-argument',
    message: 'range {first}-{last} lies outside of content {digest} ({size} bytes)',
  },
  'content.layout-unsupported': {
    kind: 'failed-precondition',
    message: '{path} is not an OCI image layout of version 1.0.0: {reason}',
    hint: 'Move the folder away or choose another --data-root.',
  },
} as const satisfies ErrorTable;
