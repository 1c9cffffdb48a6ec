import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the containers package. Clients match on most of these texts: they are Docker's. */
export const containersErrors = {
  'containers.not-found': { kind: 'not-found', message: 'No such container: {name}' },
  'containers.ambiguous': {
    kind: 'invalid-argument',
    message: 'Multiple IDs found with provided prefix: {name}',
    hint: 'Give more characters of the ID, or the name.',
  },
  'containers.invalid-config': { kind: 'invalid-argument', message: '{reason}' },
  'containers.no-command': { kind: 'invalid-argument', message: 'no command specified' },
  'containers.invalid-name': {
    kind: 'invalid-argument',
    message: 'Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
  },
  'containers.name-in-use': {
    kind: 'conflict',
    message:
      'Conflict. The container name "/{name}" is already in use by container "{id}". You have to remove (or rename) that container to be able to reuse that name.',
  },
  'containers.rename-empty': {
    kind: 'invalid-argument',
    message: 'Neither old nor new names may be empty',
  },
  'containers.rename-same': {
    kind: 'invalid-argument',
    message: 'Renaming a container with the same name as its current name',
  },
  'containers.unsupported': {
    kind: 'not-implemented',
    message: '{feature} is not implemented by this version of Berth',
  },
  'containers.duplicate-mount': {
    kind: 'invalid-argument',
    message: 'Duplicate mount point: {destination}',
  },
  'containers.invalid-mount': {
    kind: 'invalid-argument',
    message: 'invalid mount config for type "{type}": {reason}',
  },
  'containers.invalid-volume-spec': {
    kind: 'invalid-argument',
    message: "invalid volume specification: '{spec}'",
  },
  'containers.invalid-bind': {
    kind: 'invalid-argument',
    message: "invalid volume specification: '{spec}': {reason}",
  },
  'containers.volume-over-file': {
    kind: 'invalid-argument',
    message: 'cannot mount volume over existing file, file exists {path}',
  },
  'containers.bind-source-create': {
    kind: 'invalid-argument',
    message: "error while creating mount source path '{path}': {reason}",
  },
  'containers.bind-source-missing': {
    kind: 'invalid-argument',
    message: 'invalid mount config for type "bind": bind source path does not exist: {path}',
  },
  'containers.invalid-device': {
    kind: 'invalid-argument',
    message: 'error gathering device information while adding custom device "{device}": {reason}',
  },
  'containers.cdi-failed': {
    kind: 'invalid-argument',
    message: 'CDI device injection failed: {reason}',
    hint: 'Device specifications are read from the folders of --cdi-spec-dir (`berth info` shows them).',
  },
  'containers.no-device-driver': {
    kind: 'invalid-argument',
    message: 'could not select device driver "{driver}" with capabilities: {capabilities}',
    hint: 'GPUs are found by device specifications (CDI): for NVIDIA, `nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml`.',
  },
  'containers.unknown-runtime': {
    kind: 'invalid-argument',
    message: 'unknown or invalid runtime name: {runtime}',
    hint: 'Add it with --add-runtime, or under "runtimes" in the configuration file.',
  },
  'containers.unknown-log-driver': {
    kind: 'invalid-argument',
    message: "logger: no log driver named '{driver}' is registered",
  },
  'containers.unknown-log-option': {
    kind: 'invalid-argument',
    message: "unknown log opt '{option}' for {driver} log driver",
  },
  'containers.invalid-signal': { kind: 'invalid-argument', message: 'Invalid signal: {signal}' },
  'containers.invalid-condition': {
    kind: 'invalid-argument',
    message: 'invalid condition: "{condition}"',
  },
  'containers.start-paused': {
    kind: 'conflict',
    message: 'cannot start a paused container, try unpause instead',
  },
  'containers.start-removing': {
    kind: 'conflict',
    message: 'container is marked for removal and cannot be started',
  },
  'containers.start-refused': { kind: 'invalid-argument', message: '{reason}' },
  'containers.start-failed': { kind: 'internal', message: '{reason}' },
  'containers.kill-not-found': {
    kind: 'not-found',
    message: 'cannot kill container: {name}: No such container: {name}',
  },
  'containers.kill-not-running': {
    kind: 'conflict',
    message: 'cannot kill container: {name}: container {id} is not running',
  },
  'containers.kill-failed': {
    kind: 'internal',
    message: 'cannot kill container: {name}: {reason}',
  },
  'containers.not-running': { kind: 'conflict', message: 'container {id} is not running' },
  'containers.exec-paused': {
    kind: 'conflict',
    message: 'Container {id} is paused, unpause the container before exec',
  },
  'containers.attach-paused': {
    kind: 'conflict',
    message: 'container {id} is paused, unpause the container before attach',
  },
  'containers.restarting': {
    kind: 'conflict',
    message: 'Container {id} is restarting, wait until the container is running',
  },
  'containers.already-paused': {
    kind: 'conflict',
    message: 'Container {id} is already paused',
  },
  'containers.not-paused': { kind: 'conflict', message: 'Container {id} is not paused' },
  'containers.invalid-ps-arguments': { kind: 'invalid-argument', message: '{reason}' },
  'containers.ps-failed': { kind: 'internal', message: 'ps: {reason}' },
  'containers.remove-running': {
    kind: 'conflict',
    message:
      'cannot remove container "{name}": container is running: stop the container before removing or force remove',
  },
  'containers.remove-paused': {
    kind: 'conflict',
    message: 'cannot remove container "{name}": container is paused and must be unpaused first',
  },
  'containers.remove-restarting': {
    kind: 'conflict',
    message:
      'cannot remove container "{name}": container is restarting: stop the container before removing or force remove',
  },
  'containers.removal-in-progress': {
    kind: 'conflict',
    message: 'removal of container {name} is already in progress',
  },
  'containers.remove-link': {
    kind: 'conflict',
    message: 'Conflict, cannot remove the default link name of the container',
  },
  'containers.no-such-link': {
    kind: 'internal',
    message: 'Cannot get parent {parent} for name {path}',
  },
  'containers.remove-failed': {
    kind: 'internal',
    message: 'unable to remove filesystem for {id}: {reason}',
  },
  'containers.export-removing': {
    kind: 'conflict',
    message: 'You cannot export container {id} which is being removed',
  },
  'containers.export-dead': {
    kind: 'conflict',
    message: 'You cannot export container {id} which is Dead',
  },
  'containers.export-cut-off': {
    kind: 'conflict',
    message: 'container {id} was removed while it was being exported',
  },
  'containers.file-missing': {
    kind: 'not-found',
    message: 'Could not find the file {path} in container {name}',
  },
  'containers.not-a-folder': {
    kind: 'invalid-argument',
    message: 'extraction point is not a directory',
  },
  'containers.root-read-only': {
    kind: 'invalid-argument',
    message: 'container rootfs is marked read-only',
  },
  'containers.volume-read-only': {
    kind: 'invalid-argument',
    message: 'mounted volume is marked read-only',
  },
  'containers.files-cut-off': {
    kind: 'conflict',
    message: 'container {id} was removed while its files were being copied',
  },
  'containers.commit-removing': {
    kind: 'conflict',
    message: 'You cannot commit container {id} which is being removed',
  },
  'containers.commit-dead': {
    kind: 'conflict',
    message: 'You cannot commit container {id} which is Dead',
  },
  'containers.commit-cut-off': {
    kind: 'conflict',
    message: 'container {id} was removed while it was being committed',
  },
  'containers.update-conflict': {
    kind: 'conflict',
    message: 'Cannot update container {id}: {reason}',
  },
  'containers.update-failed': {
    kind: 'internal',
    message: 'Cannot update container {id}: {reason}',
  },
  'containers.removed-connect': {
    kind: 'internal',
    message:
      'Container {id} is marked for removal and cannot be connected or disconnected to the network',
  },
  'containers.link-not-running': {
    kind: 'failed-precondition',
    message: 'Cannot link to a non running container: /{peer} AS /{name}/{alias}',
  },
  'containers.dead': {
    kind: 'conflict',
    message: 'container {id} is marked for removal and cannot be used',
  },
  'containers.join-failed': { kind: 'invalid-argument', message: '{what} {id}: {reason}' },
  'containers.exec-not-found': { kind: 'not-found', message: 'No such exec instance: {id}' },
  'containers.exec-no-command': { kind: 'invalid-argument', message: 'No exec command specified' },
  'containers.exec-already-started': {
    kind: 'conflict',
    message: 'Error: Exec command {id} has already run',
  },
  'containers.exec-running': {
    kind: 'conflict',
    message: 'Error: Exec command {id} is already running',
  },
  'containers.exec-start-failed': { kind: 'invalid-argument', message: '{reason}' },
  'containers.exec-not-ready': {
    kind: 'conflict',
    message: 'exec process {id} is not started',
  },
  'containers.no-log-reading': {
    kind: 'invalid-argument',
    message: 'configured logging driver does not support reading',
  },
  'containers.logs-no-streams': {
    kind: 'invalid-argument',
    message: 'Bad parameters: you must choose at least one stream',
  },
  'containers.attach-streams': {
    kind: 'invalid-argument',
    message: 'Either the stream or logs option must be set',
  },
  'containers.invalid-filter': { kind: 'invalid-argument', message: "invalid filter '{name}'" },
  'containers.invalid-filter-value': {
    kind: 'invalid-argument',
    message: "invalid filter '{name}={value}'",
  },
  'containers.invalid-detach-keys': {
    kind: 'invalid-argument',
    message: 'Invalid detach keys ({keys}): {reason}',
  },
  'containers.init-missing': {
    kind: 'failed-precondition',
    message: 'exec: "docker-init": executable file not found in $PATH',
    hint: 'Install the system package tini, or name another program with --init-path.',
  },
  'containers.checkpoint': {
    kind: 'not-implemented',
    message: 'starting from a checkpoint is not implemented by this version of Berth',
  },
} as const satisfies ErrorTable;
