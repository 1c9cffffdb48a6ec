import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { engineError } from '@berth/errors';
import type { FilePath } from '../files.ts';
import { KernelError } from '../kernel-error.ts';

/** What native/sys exports. Every function throws (or rejects with) KernelError. */
export interface SysAddon {
  setErrorClass(errorClass: typeof KernelError): void;

  mount(
    source: string,
    target: string,
    type: string | null,
    flags: number,
    data: string | null,
  ): void;
  umount(target: string, flags: number): void;
  mountAsync(
    source: string,
    target: string,
    type: string | null,
    flags: number,
    data: string | null,
  ): Promise<void>;
  umountAsync(target: string, flags: number): Promise<void>;
  /** rmdir(2) of each: an errno value, 0 for one that was removed. */
  rmdirAsync(paths: readonly string[]): Promise<number[]>;
  fsopen(type: string): number;
  fsconfig(context: number, command: number, key: string | null, value: string | null): void;
  /** Messages that the kernel left on a file-system context. */
  fslog(context: number): string;
  fsmount(context: number, attributes: number): number;
  moveMount(mount: number, target: string): void;

  /** Makes the file and pins a new network namespace on it; the caller's namespace is unchanged. */
  pinNetworkNamespace(path: string): void;
  pinNetworkNamespaceAsync(path: string): Promise<void>;
  /** As pinNetworkNamespaceAsync; a new user namespace with these maps owns it. */
  pinOwnedNamespaceAsync(path: string, uidMap: string, gidMap: string): Promise<void>;
  /** As pinNetworkNamespaceAsync; the user namespace at the path owns it. */
  pinJoinedNamespaceAsync(path: string, userNamespace: string): Promise<void>;
  /** Descriptor of a new user namespace. */
  openUserNamespace(uidMap: string, gidMap: string): number;
  /** Descriptor of the user namespace that owns the namespace at the path. */
  openOwner(path: string): number;
  /** Descriptor of a detached private mount whose owners are mapped by the user namespace. */
  mapTree(source: string, userNamespace: number): number;
  unshare(flags: number): void;
  setns(descriptor: number, type: number): void;

  /** A switch of the namespace, below /proc/sys/net. */
  writeInNamespaceAsync(namespace: number, path: string, text: string): Promise<void>;
  /** Waits for nobody; 0 when there is no such link. `namespace` as below. */
  linkIndex(namespace: number, name: string): number;
  /** `namespace` is a descriptor, or -1 for the calling thread's own. */
  netlinkOpen(protocol: number, namespace: number): number;
  netlinkTalk(socket: number, request: Buffer): Buffer;
  netlinkTalkAsync(socket: number, request: Buffer): Promise<Buffer>;
  /** A stream of the messages sent to a group; NLMSG_OVERRUN stands for lost ones. Closing it ends the watch. */
  netlinkWatch(protocol: number, group: number): number;
  /** The netlink port that this process's changes of its own namespace's firewall come from; 0 before the first. */
  nftPort(): number;
  nft(
    commands: string,
    json: boolean,
    dry: boolean,
    namespace: number,
  ): Promise<{ readonly ok: boolean; readonly output: string; readonly errors: string }>;

  listXattrs(path: FilePath): Buffer;
  getXattr(path: FilePath, name: string): Buffer | undefined;
  setXattr(path: FilePath, name: string, value: Buffer): void;
  removeXattr(path: FilePath, name: string): void;

  dataExtents(descriptor: number, size: number): number[];
  copyRange(from: number, to: number, offset: number, length: number): number;
  clone(from: number, to: number): boolean;
  flock(descriptor: number, operation: number): boolean;
  /** `[magic, block size, blocks, blocks available, blocks free]` */
  statfs(path: string): [number, number, number, number, number];
  syncfs(path: string): Promise<void>;
  /** Writes `temporary` and renames it; `uid` of -1 leaves the owner. */
  replaceFileAsync(
    path: string,
    temporary: string,
    content: Buffer,
    mode: number,
    uid: number,
    gid: number,
  ): Promise<void>;
  /** malloc_trim(3). */
  trimMemory(): Promise<void>;

  /** Makes the subvolume `name` in `directory`: empty, or a writable snapshot of the subvolume `source`. */
  subvolumeCreate(directory: string, name: string, source: string | null): void;
  subvolumeDestroy(directory: string, name: string): void;
  /** `bytes`: -1 takes the limit away. */
  subvolumeLimit(path: string, bytes: number): void;

  mknod(path: FilePath, mode: number, major: number, minor: number): void;
  setTimes(path: FilePath, atime: number, atimeNs: number, mtime: number, mtimeNs: number): void;
  openat2(directory: number, path: FilePath, flags: number, mode: number, resolve: number): number;
  renameat2(from: string, to: string, flags: number): void;

  /** Starts a program that leaves for the background; resolves with our end of its descriptor 3. */
  launch(
    program: string,
    args: readonly string[],
    environment: readonly string[],
    folder: string,
  ): Promise<number>;

  sendDatagram(path: string, message: Buffer): void;

  /** A socket bound to the port, not listening: its descriptor. `protocol` is an IPPROTO number. */
  bindPort(address: string, port: number, protocol: number): number;
  /** `count` ports from `first`: descriptors as int32. All or none; the error's path is `ADDRESS:PORT`. */
  bindRange(address: string, first: number, count: number, protocol: number, dual: boolean): Buffer;
  bindRangeAsync(
    address: string,
    first: number,
    count: number,
    protocol: number,
    dual: boolean,
  ): Promise<Buffer>;
  closeRangeAsync(descriptors: Buffer): Promise<void>;
  /** `[set, stream]`: the stream tells `group` and place (each uint32, place first) of sockets with a client. */
  activationOpen(): [number, number];
  activationAdd(set: number, descriptors: Buffer, group: number): Promise<void>;
  activationRemove(set: number, descriptors: Buffer): Promise<void>;
  duplicate(descriptor: number): number;
  /** A non-blocking socket that is connected or on its way there: its descriptor. */
  connectPort(address: string, port: number, protocol: number): number;
}

const addonPath = join('native', 'sys', 'build', 'sys.node');
let loaded: SysAddon | undefined;

/**
 * The addon, loaded on first use, once per thread. BERTH_SYS_ADDON names another build of it (the one
 * under AddressSanitizer). Throws `kernel.addonMissing` when it cannot be loaded.
 */
export function sysAddon(): SysAddon {
  if (loaded !== undefined) return loaded;
  const path = process.env.BERTH_SYS_ADDON ?? findAddon();
  try {
    loaded = createRequire(import.meta.url)(path) as SysAddon;
  } catch (error) {
    const reason = existsSync(path) ? String(error) : 'no such file';
    throw engineError('kernel.addonMissing', { path, reason }, { cause: error });
  }
  loaded.setErrorClass(KernelError);
  return loaded;
}

/** Looks upwards from this file, so that sources and bundles both find it. */
function findAddon(): string {
  const start = import.meta.dirname;
  for (let directory = start; ; directory = dirname(directory)) {
    const candidate = join(directory, addonPath);
    if (existsSync(candidate)) return candidate;
    if (directory === dirname(directory)) return join(start, '../../../..', addonPath);
  }
}
