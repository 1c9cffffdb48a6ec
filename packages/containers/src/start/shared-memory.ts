import { mkdir, stat } from 'node:fs/promises';
import { engineError } from '@berth/errors';
import type { MountSpec } from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerRecord } from '../container-record.ts';
import type { UndoStack } from '../undo-stack.ts';
import { idMappingsOf } from '../user-namespace.ts';
import { peerOf } from './namespaces.ts';

const destination = '/dev/shm';

/**
 * /dev/shm by IPC mode: an own tmpfs (private), a tmpfs that others can join (shareable), the peer's
 * (container:), the host's (host) or none. A mount of the user at /dev/shm wins.
 */
export async function sharedMemorySpecs(
  context: ContainerContext,
  record: ContainerRecord,
  undo: UndoStack,
): Promise<MountSpec[]> {
  const mode = record.hostConfig.IpcMode ?? '';
  const taken =
    record.mounts.some((mount) => mount.destination === destination) ||
    Object.keys(record.hostConfig.Tmpfs ?? {}).includes(destination);
  if (taken || mode === 'none') return [];
  if (mode === 'host') return [bind(destination)];
  const peer = peerOf(context, mode, "can't join IPC of container");
  if (peer !== undefined) return [bind(await peerMemory(context, peer.id))];
  const size = record.hostConfig.ShmSize ?? 0;
  if (mode === 'shareable') return [bind(await shareableMemory(context, record, size, undo))];
  return [
    {
      destination,
      type: 'tmpfs',
      source: 'shm',
      options: ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${size}`],
    },
  ];
}

function bind(source: string): MountSpec {
  return { destination, type: 'bind', source, options: ['rbind', 'rprivate'] };
}

async function peerMemory(context: ContainerContext, peerId: string): Promise<string> {
  const source = context.paths.sharedMemory(peerId);
  const exists = await stat(source).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (exists) return source;
  throw engineError('containers.join-failed', {
    what: "can't join IPC of container",
    id: peerId,
    reason: 'non-shareable IPC (hint: use IpcMode:shareable for the donor container)',
  });
}

/** The container's root owns it. */
function rootOption(context: ContainerContext, record: ContainerRecord): string {
  const mappings = idMappingsOf(context, record);
  if (mappings === undefined) return '';
  return `,uid=${mappings.uids[0]?.outside},gid=${mappings.gids[0]?.outside}`;
}

async function shareableMemory(
  context: ContainerContext,
  record: ContainerRecord,
  size: number,
  undo: UndoStack,
): Promise<string> {
  const { id } = record;
  const target = context.paths.sharedMemory(id);
  await mkdir(target, { recursive: true, mode: 0o700 });
  context.kernel.mounts.mount({
    source: 'shm',
    target,
    fsType: 'tmpfs',
    flags: ['nosuid', 'noexec', 'nodev'],
    data: `mode=1777,size=${size}${rootOption(context, record)}`,
  });
  undo.defer('unmount shared memory', () => {
    context.kernel.mounts.unmount(target, { detach: true });
  });
  return target;
}
