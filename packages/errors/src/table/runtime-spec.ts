import type { ErrorTable } from '../error-definition.ts';

/** Errors of turning a container's configuration into a runtime spec. */
export const runtimeSpecErrors = {
  'runtime.unknown-capability': {
    kind: 'invalid-argument',
    message: 'invalid {field}: unknown capability: "{capability}"',
  },
  'runtime.capability-unavailable': {
    kind: 'invalid-argument',
    message:
      'capability {capability} cannot be given: the daemon itself does not have it on this host',
    hint: 'Leave it out, or run berthd with that capability in its bounding set.',
  },
  'runtime.unknown-user': {
    kind: 'invalid-argument',
    message: 'unable to find user {user}: no matching entries in passwd file',
  },
  'runtime.unknown-group': {
    kind: 'invalid-argument',
    message: 'Unable to find group {group}',
  },
  'runtime.id-out-of-range': {
    kind: 'invalid-argument',
    message: 'uids and gids must be in range 0-2147483647: {id}',
  },
} as const satisfies ErrorTable;
