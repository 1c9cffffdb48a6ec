import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the plugins package, and by those that judge what a plug-in answers. */
export const pluginsErrors = {
  /** It answered, and either that it failed or what makes no sense. */
  'plugins.failed': { kind: 'internal', message: 'plugin {plugin}: {method}: {reason}' },
  /** Whether it did what was asked is not known. */
  'plugins.unreachable': {
    kind: 'unavailable',
    message: 'plugin {plugin}: {method}: {reason}',
    hint: 'Check that the plug-in runs and listens where its file below /run/docker/plugins or /etc/docker/plugins says.',
  },
} as const satisfies ErrorTable;
