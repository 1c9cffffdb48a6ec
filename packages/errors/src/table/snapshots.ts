import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the snapshots package. */
export const snapshotsErrors = {
  'snapshots.unsafe-entry': {
    kind: 'invalid-argument',
    message: 'refusing archive entry "{entry}": {reason}',
    hint: 'The archive tries to reach outside of its directory or is damaged. Nothing of it was kept.',
  },
  'snapshots.invalid-archive': {
    kind: 'invalid-argument',
    message: 'Error processing tar file: {reason}',
  },
  'snapshots.overwrite-refused': {
    kind: 'invalid-argument',
    message: 'cannot overwrite {existing} "{path}" with {entry} "{directory}"',
  },
  'snapshots.mount-point': {
    kind: 'failed-precondition',
    message: 'unlinkat {path}: device or resource busy',
    hint: 'Something is mounted there. Write to the file from inside the container, or to the source of the mount.',
  },
  'snapshots.place-missing': {
    kind: 'not-found',
    message: 'there is no file {path} any more',
  },
  'snapshots.unsupported-compression': {
    kind: 'invalid-argument',
    message: 'layers compressed with {compression} are not supported',
    hint: 'Decompress the archive, or compress it with gzip or zstd.',
  },
  'snapshots.decoder-missing': {
    kind: 'failed-precondition',
    message:
      'an archive compressed with {compression} needs the program "{program}", which is not installed',
    hint: 'Install it (Debian, Ubuntu: apt-get install {package}), or compress the archive with gzip or zstd.',
  },
  'snapshots.mapping-unavailable': {
    kind: 'failed-precondition',
    message: 'the storage driver {driver} cannot map owners in {root}: {reason}',
    hint: 'userns-remap needs id-mapped mounts: Linux 5.19 for overlay2, 5.12 for vfs and 5.15 for btrfs, on ext4, xfs or btrfs. Leave userns-remap out, or choose another storage-driver or file system.',
  },
  'snapshots.owner-not-mapped': {
    kind: 'invalid-argument',
    message:
      'archive entry "{entry}": owner {uid}:{gid} has no counterpart in the user namespace of the container',
    hint: 'Give it an owner that the container can have, or give the daemon larger ranges in /etc/subuid and /etc/subgid.',
  },
  'snapshots.layer-missing': {
    kind: 'not-found',
    message: 'layer {layer} does not exist in the {driver} storage',
    hint: 'Pull or load the image again.',
  },
  'snapshots.container-missing': {
    kind: 'not-found',
    message: 'container {id} has no file system in the {driver} storage',
  },
  'snapshots.container-exists': {
    kind: 'already-exists',
    message: 'container {id} already has a file system in the {driver} storage',
  },
  'snapshots.too-many-layers': {
    kind: 'invalid-argument',
    message: 'max depth exceeded: the image has {count} layers, {limit} are possible',
  },
  'snapshots.option-unsupported': {
    kind: 'invalid-argument',
    message: '{reason}',
    hint: 'The storage driver btrfs limits what a container holds: --storage-opt size=10G.',
  },
  'snapshots.invalid-option': {
    kind: 'invalid-argument',
    message: '{reason}',
  },
  'snapshots.driver-unknown': {
    kind: 'invalid-argument',
    message: 'storage driver "{driver}" is not known: {known} are',
  },
  'snapshots.driver-unavailable': {
    kind: 'failed-precondition',
    message: 'storage driver {driver} does not work in {root}: {reason}',
    hint: 'Choose another data-root or another storage-driver (vfs works everywhere).',
  },
  'snapshots.several-drivers': {
    kind: 'failed-precondition',
    message:
      '{root} contains several valid graphdrivers: {drivers}; cleanup or explicitly choose storage driver (-s <DRIVER>)',
  },
  'snapshots.other-driver-data': {
    kind: 'failed-precondition',
    message: '{root} holds data of the storage driver {found}, but {driver} was asked for',
    hint: 'Start with storage-driver={found}, use another data-root, or remove {root}/{found} with all of its containers.',
  },
  'snapshots.tree-too-deep': {
    kind: 'failed-precondition',
    message: 'directories are nested more than {limit} deep at {path}',
  },
  'snapshots.operation-failed': {
    kind: 'internal',
    message: '{what} failed at {path}: {reason}',
  },
  'snapshots.worker-failed': {
    kind: 'internal',
    message: '{what} stopped because its worker thread ended: {reason}',
  },
} as const satisfies ErrorTable;
