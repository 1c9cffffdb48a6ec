import path from 'node:path';
import { engineError } from '@berth/errors';
import type { ContainerRecord } from '../container-record.ts';

/**
 * Refuses to write below `target` (absolute, links resolved) when the root file system, or the mount that holds
 * it, is read-only: with Docker's texts, before anything is unpacked.
 */
export function requireWritable(record: ContainerRecord, target: string): void {
  const mount = record.mounts
    .filter(({ destination }) => isWithin(target, destination))
    .sort((a, b) => b.destination.length - a.destination.length)[0];
  if (mount?.readWrite === false) throw engineError('containers.volume-read-only', {});
  if (mount !== undefined || record.hostConfig.ReadonlyRootfs !== true) return;
  const tmpfs = Object.keys(record.hostConfig.Tmpfs ?? {});
  if (tmpfs.some((destination) => isWithin(target, destination))) return;
  throw engineError('containers.root-read-only', {});
}

function isWithin(target: string, destination: string): boolean {
  const folder = path.posix.normalize(destination).replace(/\/$/, '');
  return target === folder || target.startsWith(`${folder}/`);
}
