import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the plugins package, and by those that judge what a plug-in answers. */
export const pluginsErrors = {
  'plugins.failed': { kind: 'internal', message: 'plugin {plugin}: {method}: {reason}' },
} as const satisfies ErrorTable;
