import type { Schema } from './api-document.ts';

/** Query parameters that clients send and the document leaves out, by operation. */
export const undocumentedQuery: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  ContainerList: { before: { type: 'string' }, since: { type: 'string' } },
  ContainerLogs: { details: { type: 'boolean' } },
  ContainerStart: { checkpoint: { type: 'string' }, 'checkpoint-dir': { type: 'string' } },
  ImageBuild: {
    buildid: { type: 'string' },
    cgroupparent: { type: 'string' },
    cpusetmems: { type: 'string' },
    isolation: { type: 'string' },
    securityopt: { type: 'string' },
    session: { type: 'string' },
    ulimits: { type: 'string' },
  },
};

/** Query parameters whose documented type is narrower than what clients send (fractions of seconds, dates, several changes). */
export const correctedQuery: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  ContainerLogs: { since: { type: 'string' }, until: { type: 'string' } },
  ImageCommit: { changes: { type: 'array', items: { type: 'string' } } },
  ServiceLogs: { since: { type: 'string' } },
  TaskLogs: { since: { type: 'string' } },
};

/** Body fields that clients send and the document leaves out, by definition. */
export const undocumentedFields: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  AuthConfig: {
    auth: { type: 'string' },
    identitytoken: { type: 'string' },
    registrytoken: { type: 'string' },
  },
};

/** Body fields where a single string stands for a list of one, as `definition.field`. */
export const stringOrList: ReadonlySet<string> = new Set([
  'ContainerConfig.Cmd',
  'ContainerConfig.Entrypoint',
  'ContainerConfig.Shell',
  'HostConfig.CapAdd',
  'HostConfig.CapDrop',
]);
