import {
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import { type Digest, encodedOf } from '@berth/oci';
import type { Usage } from '../snapshotter.ts';

const recordName = 'layer.json';
const parentName = 'parent';
const lowerName = 'lower';
const limitName = 'limit';
const unsyncedName = 'unsynced';
const nothing = 'none';

/** What is stored beside the files of a layer. */
export interface LayerRecord {
  readonly usage: Usage;
  /** Folder name of the layer below; undefined for the lowest. */
  readonly parent: string | undefined;
  /** Boot during which the layer was written, as long as it may not be on disk yet. */
  readonly unsyncedSince: string | undefined;
}

/** Folder name of a layer. */
export function layerName(chainId: Digest): string {
  return encodedOf(chainId);
}

export function chainIdOf(name: string): Digest {
  return `sha256:${name}`;
}

/**
 * Describes a draft as a layer. Links are used for what must survive a power failure together with the
 * rename that publishes the draft: they are metadata, which file systems write in order.
 */
export function writeLayerRecord(
  draft: string,
  record: { usage: Usage; parent: Digest | undefined; bootId: string },
): void {
  const { bytes, inodes } = record.usage;
  writeFileSync(join(draft, recordName), JSON.stringify({ bytes, inodes }));
  symlinkSync(
    record.parent === undefined ? nothing : `../${layerName(record.parent)}`,
    join(draft, parentName),
  );
  symlinkSync(record.bootId, join(draft, unsyncedName));
}

/** The layer at `folder`; undefined when it is none or not whole. */
export function readLayerRecord(folder: string): LayerRecord | undefined {
  const parent = readLink(join(folder, parentName));
  if (parent === undefined) return undefined;
  const usage = readUsage(join(folder, recordName));
  if (usage === undefined) return undefined;
  return { usage, parent: nameIn(parent), unsyncedSince: readLink(join(folder, unsyncedName)) };
}

/** True when the folder was published as a layer, whole or not. */
export function isLayerFolder(folder: string): boolean {
  return readLink(join(folder, parentName)) !== undefined;
}

/** Says that the layer is on disk. */
export function markSynced(folder: string): void {
  rmSync(join(folder, unsyncedName), { force: true });
}

export function writeParent(folder: string, parent: string | undefined): void {
  const temporary = join(folder, `${parentName}.new`);
  rmSync(temporary, { force: true });
  symlinkSync(parent === undefined ? nothing : `../${parent}`, temporary);
  renameSync(temporary, join(folder, parentName));
}

/** Describes a draft as a container's snapshot on top of a layer. */
export async function writeContainerRecord(draft: string, top: string | undefined): Promise<void> {
  await symlink(top === undefined ? nothing : `../${top}`, join(draft, lowerName));
}

/** Folder name of the layer that a container stands on; undefined when the folder is no container. */
export function readContainerRecord(
  folder: string,
): { readonly top: string | undefined } | undefined {
  const lower = readLink(join(folder, lowerName));
  return lower === undefined ? undefined : { top: nameIn(lower) };
}

/** Notes how many bytes a container's snapshot may hold. */
export function writeLimit(draft: string, bytes: number): void {
  symlinkSync(String(bytes), join(draft, limitName));
}

/** Bytes that the container's snapshot may hold; undefined: no limit. */
export function readLimit(folder: string): number | undefined {
  const limit = readLink(join(folder, limitName));
  return limit === undefined ? undefined : Number(limit);
}

function nameIn(link: string): string | undefined {
  return link === nothing ? undefined : link.slice(link.lastIndexOf('/') + 1);
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (['ENOENT', 'EINVAL', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

function readUsage(path: string): Usage | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isUsage(value) ? value : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isUsage(value: unknown): value is Usage {
  if (typeof value !== 'object' || value === null) return false;
  const { bytes, inodes } = value as Partial<Usage>;
  return typeof bytes === 'number' && typeof inodes === 'number';
}
