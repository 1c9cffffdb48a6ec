import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the state package. */
export const stateErrors = {
  'state.open-failed': {
    kind: 'internal',
    message: 'cannot open the metadata database {path}: {reason}',
    hint: 'Check that the file is readable and that the disk is not full; a damaged database can be restored from a backup.',
  },
  'state.newer-version': {
    kind: 'failed-precondition',
    message:
      'the metadata database {path} has version {found}, this daemon knows versions up to {known}',
    hint: 'Start the newer berthd that wrote it, or choose another --data-root.',
  },
  'state.access-failed': {
    kind: 'internal',
    message: 'cannot read or write the metadata database {path}: {reason}',
    hint: 'Look for disk errors and a read-only file system: "dmesg", "mount".',
  },
  'state.duplicate': { kind: 'already-exists', message: 'duplicate record {key} in {table}' },
} as const satisfies ErrorTable;
