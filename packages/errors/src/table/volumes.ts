import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the volumes package. */
export const volumesErrors = {
  'volumes.not-found': { kind: 'not-found', message: 'get {name}: no such volume' },
  'volumes.invalid-name': {
    kind: 'invalid-argument',
    message:
      'create {name}: "{name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
  },
  'volumes.name-too-short': {
    kind: 'invalid-argument',
    message:
      'create {name}: volume name is too short, names should be at least two alphanumeric characters',
  },
  'volumes.name-too-long': {
    kind: 'invalid-argument',
    message: 'create {name}: volume name is too long, names may have at most 255 characters',
  },
  'volumes.name-conflict': {
    kind: 'conflict',
    message:
      'create {name}: conflict: volume name must be unique: a volume named "{name}" already exists with other options',
    hint: 'Choose another name, or remove the volume first.',
  },
  'volumes.unknown-driver': {
    kind: 'not-found',
    message: 'create {name}: error looking up volume plugin {driver}: plugin "{driver}" not found',
  },
  'volumes.driver-gone': {
    kind: 'internal',
    message:
      'error while using volume {name}: error looking up volume plugin {driver}: plugin "{driver}" not found',
    hint: 'Start the plug-in again, or forget the volume with "volume rm --force".',
  },
  'volumes.other-driver': {
    kind: 'conflict',
    message:
      "create {name}: driver '{driver}' already has volume '{name}': volume name must be unique",
  },
  'volumes.exists': {
    kind: 'conflict',
    message: 'create {name}: there is a volume of this name already',
    hint: 'Choose another name, or remove the volume first.',
  },
  'volumes.being-read': {
    kind: 'conflict',
    message: 'remove {name}: volume is in use - it is being exported or cloned',
  },
  'volumes.being-removed': {
    kind: 'conflict',
    message: 'create {name}: the volume of this name is being removed',
    hint: 'Wait until its plug-in has removed it.',
  },
  'volumes.invalid-option': {
    kind: 'invalid-argument',
    message: 'create {name}: invalid option: "{option}"',
    hint: 'The local driver knows the options type, o and device.',
  },
  'volumes.no-quota': {
    kind: 'invalid-argument',
    message: 'create {name}: quota size requested but no quota support',
    hint: 'A volume of type tmpfs has a limit: "-o type=tmpfs -o device=tmpfs -o o=size=10m".',
  },
  'volumes.missing-option': {
    kind: 'invalid-argument',
    message: 'create {name}: missing required option: "{option}"',
  },
  'volumes.in-use': {
    kind: 'conflict',
    message: 'remove {name}: volume is in use - [{containers}]',
  },
  'volumes.mount-failed': {
    kind: 'internal',
    message: "error while mounting volume '{path}': {reason}",
    hint: 'Check the type, o and device options that the volume was created with.',
  },
  'volumes.invalid-filter': { kind: 'invalid-argument', message: "invalid filter '{filter}'" },
} as const satisfies ErrorTable;
