import type { ErrorTable } from '../error-definition.ts';

/** Errors of requests that authorization plug-ins look at. Texts are Docker's where it has any. */
export const authorizationErrors = {
  'authorization.denied': {
    kind: 'forbidden',
    message: 'authorization denied by plugin {name}: {reason}',
  },
  'authorization.failed': {
    kind: 'internal',
    message: 'plugin {name} failed with error: {reason}',
    hint: 'Without an answer of the plug-in nothing is allowed: start it, or take it out of authorization-plugins.',
  },
  'authorization.plugin-missing': {
    kind: 'failed-precondition',
    message: 'error validating authorization plugin: plugin "{name}" not found',
    hint: 'Start the plug-in so that its socket lies in /run/docker/plugins, or take it out of authorization-plugins.',
  },
  'authorization.body-too-large': {
    kind: 'invalid-argument',
    message: 'the body has more than the {limit} bytes that authorization plug-ins are shown',
  },
} as const satisfies ErrorTable;
