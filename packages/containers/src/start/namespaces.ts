import { engineError } from '@berth/errors';
import type { NamespaceSpec } from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import type { ContainerRecord } from '../container-record.ts';

/** Namespaces of the spec; those shared with the host are absent, those of a peer have a path. */
export function namespacesOf(
  context: ContainerContext,
  record: ContainerRecord,
  paths: { readonly network: string | undefined; readonly user: string | undefined },
): NamespaceSpec[] {
  const { PidMode = '', IpcMode = '', UTSMode = '', CgroupnsMode = '' } = record.hostConfig;
  const namespaces: NamespaceSpec[] = [{ type: 'mount' }];
  if (paths.user !== undefined) namespaces.push({ type: 'user', path: paths.user });
  const network = networkNamespace(context, record, paths.network);
  if (network !== undefined) namespaces.push(network);
  if (UTSMode !== 'host') namespaces.push({ type: 'uts' });
  if (PidMode !== 'host') {
    const peer = peerOf(context, PidMode, "can't join PID namespace of container");
    namespaces.push(
      peer === undefined ? { type: 'pid' } : { type: 'pid', path: namespacePath(peer, 'pid') },
    );
  }
  if (IpcMode !== 'host') {
    const peer = peerOf(context, IpcMode, "can't join IPC of container");
    namespaces.push(
      peer === undefined ? { type: 'ipc' } : { type: 'ipc', path: namespacePath(peer, 'ipc') },
    );
  }
  if (CgroupnsMode === 'private') namespaces.push({ type: 'cgroup' });
  return namespaces;
}

function networkNamespace(
  context: ContainerContext,
  record: ContainerRecord,
  networkPath: string | undefined,
): NamespaceSpec | undefined {
  const mode = record.hostConfig.NetworkMode ?? '';
  if (mode === 'host') return undefined;
  const peer = networkPeerOf(context, mode);
  const path = peer === undefined ? networkPath : namespacePath(peer, 'net');
  if (path === undefined) throw new Error(`container ${record.id} has no network namespace`);
  return { type: 'network', path };
}

/** As `peerOf`, for `--network`: a container that does not exist is told of in the plain words. */
export function networkPeerOf(context: ContainerContext, mode: string): ContainerEntry | undefined {
  const id = peerIdOf(mode);
  if (id !== undefined) context.store.find(id);
  return peerOf(context, mode, 'cannot join network namespace of container');
}

function peerIdOf(mode: string): string | undefined {
  return /^container:(.+)$/.exec(mode)?.[1];
}

/** The running container that `container:<id>` names; undefined for other modes. */
export function peerOf(
  context: ContainerContext,
  mode: string,
  what: string,
): ContainerEntry | undefined {
  const id = peerIdOf(mode);
  if (id === undefined) return undefined;
  const peer = context.store.tryFind(id);
  const fail = (reason: string) => engineError('containers.join-failed', { what, id, reason });
  if (peer === undefined) throw fail(`No such container: ${id}`);
  if (peer.state === 'restarting') {
    throw fail(`container ${id} is restarting, wait until the container is running`);
  }
  if (!peer.running) throw fail(`container ${id} is not running`);
  return peer;
}

function namespacePath(peer: ContainerEntry, kind: string): string {
  return `/proc/${peer.facts.pid}/ns/${kind}`;
}
