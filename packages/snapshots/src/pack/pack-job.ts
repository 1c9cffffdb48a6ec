import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import type { IdMappings } from '@berth/kernel';
import { type ByteString, fromText, toPath } from '@berth/tar/byte-string.ts';
import type { Extent } from '@berth/tar/sparse-map.ts';
import { noXattrs, type TarEntry } from '@berth/tar/tar-entry.ts';
import { encodeEntry, endOfArchive, paddingAfter } from '@berth/tar/tar-writer.ts';
import { deviceNumber } from '../tree/device-number.ts';
import { type Owner, ownerInside } from '../tree/mapped-owner.ts';
import { type OverlayNames, overlayNames } from '../tree/overlay-names.ts';
import { timestampOf } from '../tree/timestamp-of.ts';
import { isWhiteoutStat, type TreeNode, walkTree } from '../tree/tree-walker.ts';
import { portableXattrs } from '../tree/xattr-copy.ts';
import type { JobContext } from '../worker/job-context.ts';
import type { PackRequest } from '../worker/protocol.ts';
import { BlockOutput } from './block-output.ts';
import { ChangedPaths } from './changed-paths.ts';
import { nodesAtPlace } from './place-nodes.ts';
import { hasAttributes, type RootAttributes, rootAttributes } from './root-attributes.ts';

const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Holes below this size are written as zeros: some readers do not know sparse members. */
const holesWorthSparse = 32 << 20;

/** Sends the tree, or what of it differs from a base, as a tar archive: parents first, names in byte order. */
export async function packJob(request: PackRequest, context: JobContext): Promise<undefined> {
  const selection = await selectionOf(request, context);
  const packer = new Packer(request, context, selection);
  for (const node of nodesOf(request, context)) {
    if (selection === undefined || selection.has(node.path)) await packer.node(node);
    const pause = context.breathe();
    if (pause !== undefined) await pause;
  }
  await packer.finish();
}

async function selectionOf(
  { base, directory }: PackRequest,
  context: JobContext,
): Promise<ChangedPaths | undefined> {
  if (base === undefined) return undefined;
  return await ChangedPaths.find(base, directory, context);
}

function nodesOf(request: PackRequest, { files }: JobContext): Generator<TreeNode, void> {
  const { directory, place } = request;
  if (place === undefined) return walkTree(fromText(directory));
  return nodesAtPlace(files, directory, place.path);
}

class Packer {
  readonly #context: JobContext;
  readonly #output: BlockOutput;
  readonly #names: OverlayNames;
  readonly #translates: boolean;
  readonly #place: ByteString | undefined;
  readonly #selection: ChangedPaths | undefined;
  readonly #usualRoot: RootAttributes;
  readonly #mappings: IdMappings | undefined;
  /** First name of each file that has several, by device and inode. */
  readonly #linked = new Map<string, ByteString>();

  constructor(request: PackRequest, context: JobContext, selection: ChangedPaths | undefined) {
    this.#context = context;
    this.#selection = selection;
    this.#usualRoot = rootAttributes(context.files, request.rootLike);
    this.#output = new BlockOutput(context);
    this.#mappings = request.mappings;
    this.#names = overlayNames(request.namespace);
    this.#translates = request.whiteouts === 'overlay';
    this.#place = request.place === undefined ? undefined : fromText(request.place.name);
  }

  async node(node: TreeNode): Promise<void> {
    const { stat, name } = node;
    if (stat.isSocket()) return;
    if (this.#translates && isWhiteoutStat(stat)) {
      await this.#marker(`${node.path.slice(0, -name.length)}.wh.${name}`);
      return;
    }
    // As a layer's entry it would be a whiteout.
    if (this.#makesLayer && name.startsWith('.wh.')) return;
    if (stat.isDirectory()) await this.#directory(node);
    else if (stat.isFile()) await this.#file(node);
    else await this.#special(node);
  }

  get #makesLayer(): boolean {
    return this.#translates || this.#selection !== undefined;
  }

  async finish(): Promise<void> {
    await this.#output.write(endOfArchive);
    await this.#output.flush();
  }

  async #directory(node: TreeNode): Promise<void> {
    const name = this.#nameOf(node) || '.';
    const entry = this.#entryOf(node, 'directory', name.endsWith('/') ? name : `${name}/`);
    const named = node.path !== '' || this.#place !== undefined;
    if (named || !hasAttributes(entry, this.#usualRoot)) {
      await this.#output.write(encodeEntry(entry));
    }
    for (const gone of this.#selection?.goneFrom(node.path) ?? []) {
      await this.#marker(node.path === '' ? `.wh.${gone}` : `${node.path}/.wh.${gone}`);
    }
    if (!this.#translates) return;
    const mark = this.#context.files.getXattr(toPath(node.access), this.#names.opaque);
    if (mark?.toString('latin1') === 'y') {
      await this.#marker(node.path === '' ? '.wh..wh..opq' : `${node.path}/.wh..wh..opq`);
    }
  }

  #nameOf({ path }: TreeNode): ByteString {
    if (this.#place === undefined) return path;
    if (path === '') return this.#place;
    return this.#place === '/' ? `/${path}` : `${this.#place}/${path}`;
  }

  async #file(node: TreeNode): Promise<void> {
    if (await this.#wroteLink(node)) return;
    const fd = openUnlessGone(node);
    if (fd === undefined) return;
    try {
      const size = fstatSync(fd).size;
      const extents = this.#sparseExtents(node, fd, size);
      const entry = { ...this.#entryOf(node, 'file', this.#nameOf(node)), size, extents };
      await this.#output.write(encodeEntry(entry));
      for (const extent of extents ?? [[0, size] as const]) await this.#data(fd, extent);
      await this.#output.zeros(paddingAfter(entry));
    } finally {
      closeSync(fd);
    }
  }

  async #special(node: TreeNode): Promise<void> {
    const { stat } = node;
    if (await this.#wroteLink(node)) return;
    if (stat.isSymbolicLink()) {
      const linkName = readlinkUnlessGone(node);
      if (linkName === undefined) return;
      const entry = { ...this.#entryOf(node, 'symlink', this.#nameOf(node)), linkName };
      await this.#output.write(encodeEntry(entry));
      return;
    }
    const type = stat.isFIFO() ? 'fifo' : stat.isBlockDevice() ? 'block' : 'char';
    const entry = { ...this.#entryOf(node, type, this.#nameOf(node)), ...deviceNumber(stat.rdev) };
    await this.#output.write(encodeEntry(entry));
  }

  async #wroteLink(node: TreeNode): Promise<boolean> {
    if (node.stat.nlink < 2n) return false;
    const key = `${node.stat.dev}:${node.stat.ino}`;
    const first = this.#linked.get(key);
    if (first === undefined) {
      this.#linked.set(key, this.#nameOf(node));
      return false;
    }
    const entry = { ...this.#entryOf(node, 'hard-link', this.#nameOf(node)), linkName: first };
    await this.#output.write(encodeEntry({ ...entry, xattrs: noXattrs }));
    return true;
  }

  /** A file that shrinks meanwhile is filled up with zeros to the length that its header says. */
  async #data(fd: number, [offset, length]: Extent): Promise<void> {
    for (let done = 0; done < length; ) {
      const room = this.#output.room(length - done);
      const read = readSync(fd, room, 0, room.length, offset + done);
      if (read === 0) {
        await this.#output.zeros(length - done);
        return;
      }
      await this.#output.filled(read);
      done += read;
    }
  }

  #sparseExtents(node: TreeNode, fd: number, size: number): Extent[] | undefined {
    if (size - Number(node.stat.blocks) * 512 < holesWorthSparse) return undefined;
    const extents = this.#context.files.dataExtents(fd, size);
    const data = extents.reduce((sum, [, length]) => sum + length, 0);
    return size - data < holesWorthSparse ? undefined : extents;
  }

  #entryOf(node: TreeNode, type: TarEntry['type'], name: ByteString): TarEntry {
    const { stat } = node;
    return {
      type,
      name,
      linkName: '',
      mode: Number(stat.mode & 0o7777n),
      ...this.#ownerOf(stat),
      size: 0,
      mtime: timestampOf(stat.mtimeNs),
      atime: undefined,
      major: 0,
      minor: 0,
      xattrs: portableXattrs(this.#context.files, toPath(node.access)),
      extents: undefined,
    };
  }

  #ownerOf({ uid, gid }: TreeNode['stat']): Owner {
    const owner = { uid: Number(uid), gid: Number(gid) };
    return this.#mappings === undefined ? owner : ownerInside(this.#mappings, owner);
  }

  async #marker(name: ByteString): Promise<void> {
    await this.#output.write(encodeEntry({ ...emptyFile, name }));
  }
}

const emptyFile: TarEntry = {
  type: 'file',
  name: '',
  linkName: '',
  mode: 0,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: [0, 0],
  atime: undefined,
  major: 0,
  minor: 0,
  xattrs: noXattrs,
  extents: undefined,
};

function openUnlessGone(node: TreeNode): number | undefined {
  let fd: number;
  try {
    fd = openSync(toPath(node.access), readFlags);
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
  const stat = fstatSync(fd, { bigint: true });
  if (stat.isFile() && stat.ino === node.stat.ino) return fd;
  closeSync(fd);
  return undefined;
}

function readlinkUnlessGone(node: TreeNode): ByteString | undefined {
  try {
    return readlinkSync(toPath(node.access), 'latin1');
  } catch (error) {
    if (['ENOENT', 'EINVAL'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
