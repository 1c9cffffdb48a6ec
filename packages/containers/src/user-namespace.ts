import { closeSync, statSync } from 'node:fs';
import { engineError } from '@berth/errors';
import type { IdMappings } from '@berth/kernel';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import type { ContainerRecord } from './container-record.ts';
import { peerOf } from './start/namespaces.ts';

/**
 * Maps of the container's user namespace: those of the run while it runs, else those that a start would give it.
 * Undefined when it shares the host's.
 */
export function idMappingsOf(
  { config }: Pick<ContainerContext, 'config'>,
  { facts, hostConfig }: ContainerRecord,
): IdMappings | undefined {
  if (facts.pid !== undefined) return facts.idMappings;
  return hostConfig.UsernsMode === 'host' ? undefined : config.idMappings;
}

/** As a part of options that have `mappings`. */
export function mappingOption(
  context: Pick<ContainerContext, 'config'>,
  record: ContainerRecord,
): { readonly mappings?: IdMappings } {
  const mappings = idMappingsOf(context, record);
  return mappings === undefined ? {} : { mappings };
}

/** A user namespace for the runtime to enter. Disposing lets go of it; the container's processes hold it by then. */
export interface UserNamespace extends Disposable {
  /** For this process and its children. */
  readonly path: string;
  readonly mappings: IdMappings;
}

/**
 * The user namespace of a start: that which owns the container's network, or that of the container whose network it
 * joins. Undefined when the container shares the host's.
 */
export function openUserNamespace(
  context: ContainerContext,
  record: ContainerRecord,
  networkPath: string | undefined,
): UserNamespace | undefined {
  const mappings = idMappingsOf(context, record);
  if (mappings === undefined) return undefined;
  if (networkPath === undefined) {
    const path = joinedNamespace(context, record);
    if (path === undefined) throw new Error(`container ${record.id} has no network namespace`);
    return { path, mappings, [Symbol.dispose]: () => {} };
  }
  const descriptor = context.kernel.namespaces.openOwner(networkPath);
  return {
    path: `/proc/${process.pid}/fd/${descriptor}`,
    mappings,
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/**
 * The user namespace of the containers whose namespaces are joined, for these can be used only from there (proc and
 * mqueue, for example, cannot be mounted otherwise). Undefined when none is joined, or the host's is shared. Fails
 * with containers.join-failed unless it is one and the same.
 */
export function joinedNamespace(
  context: ContainerContext,
  record: ContainerRecord,
): string | undefined {
  if (idMappingsOf(context, record) === undefined) return undefined;
  const { NetworkMode = '', PidMode = '', IpcMode = '' } = record.hostConfig;
  const peers = [
    peerOf(context, NetworkMode, 'cannot join network namespace of container'),
    peerOf(context, PidMode, "can't join PID namespace of container"),
    peerOf(context, IpcMode, "can't join IPC of container"),
  ].filter((peer) => peer !== undefined);
  const paths = peers.map(userNamespaceOf);
  const [first, ...others] = paths;
  const different = others.findIndex((path) => !isSameNamespace(path, first ?? ''));
  if (different >= 0) {
    throw joinFailed(
      peers[different + 1]?.id ?? '',
      'it is in another user namespace than the others',
    );
  }
  return first;
}

function isSameNamespace(one: string, other: string): boolean {
  return statSync(one).ino === statSync(other).ino;
}

function userNamespaceOf({ id, facts }: ContainerEntry): string {
  if (facts.idMappings !== undefined) return `/proc/${facts.pid}/ns/user`;
  throw joinFailed(
    id,
    'it runs in the user namespace of the host: start this one with --userns=host as well',
  );
}

function joinFailed(id: string, reason: string): Error {
  const what = 'cannot join the namespaces of container';
  return engineError('containers.join-failed', { what, id, reason });
}
