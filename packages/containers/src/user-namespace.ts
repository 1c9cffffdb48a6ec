import { closeSync } from 'node:fs';
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
  const peer = peerOf(
    context,
    record.hostConfig.NetworkMode ?? '',
    'cannot join network namespace of container',
  );
  refuseJoinsApart(context, record, peer);
  if (peer !== undefined)
    return { path: userNamespaceOf(peer), mappings, [Symbol.dispose]: () => {} };
  if (networkPath === undefined) throw new Error(`container ${record.id} has no network namespace`);
  const descriptor = context.kernel.namespaces.openOwner(networkPath);
  return {
    path: `/proc/${process.pid}/fd/${descriptor}`,
    mappings,
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/** A PID or IPC namespace can be used only from the user namespace that it belongs to, and the network as well. */
function refuseJoinsApart(
  context: ContainerContext,
  { hostConfig }: ContainerRecord,
  network: ContainerEntry | undefined,
): void {
  for (const [flag, mode = ''] of [
    ['--pid', hostConfig.PidMode],
    ['--ipc', hostConfig.IpcMode],
  ] as const) {
    const joined = peerOf(context, mode, `can't join the namespace of ${flag}`);
    if (joined === undefined || joined === network) continue;
    const feature = `${flag}=container: without --network=container: of the same container, with userns-remap,`;
    throw engineError('containers.unsupported', { feature });
  }
}

function userNamespaceOf({ id, facts }: ContainerEntry): string {
  if (facts.idMappings !== undefined) return `/proc/${facts.pid}/ns/user`;
  throw engineError('containers.join-failed', {
    what: 'cannot join network namespace of container',
    id,
    reason: 'it runs in the user namespace of the host: start this one with --userns=host as well',
  });
}
