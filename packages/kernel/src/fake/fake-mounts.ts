import { posix } from 'node:path';
import { KernelError } from '../kernel-error.ts';
import { isAtOrUnder } from '../linux/mountinfo.ts';
import { overlayData } from '../linux/overlay-options.ts';
import type {
  MappedTreeOptions,
  MountEntry,
  MountFlag,
  MountOptions,
  Mounts,
  OverlayMountOptions,
} from '../mounts.ts';

const changesPropagation = new Set<MountFlag>([
  'private',
  'rprivate',
  'slave',
  'rslave',
  'shared',
  'rshared',
  'unbindable',
  'runbindable',
]);
const shown = new Set<MountFlag>(['nosuid', 'nodev', 'noexec', 'noatime', 'relatime']);

/** A mount table in memory; nothing is asked of the folders named. */
export class FakeMounts implements Mounts {
  readonly #entries: MountEntry[] = [];
  #lastId = 0;

  mount(options: MountOptions): void {
    const flags = options.flags ?? [];
    const target = posix.resolve(options.target);
    if (flags.includes('remount')) {
      this.#replace(target, { options: textOf(flags) });
      return;
    }
    if (flags.some((flag) => changesPropagation.has(flag))) {
      this.#replace(target, { propagation: propagationOf(flags) });
      return;
    }
    this.#add({
      mountPoint: target,
      root: flags.includes('bind') ? posix.resolve(options.source) : '/',
      options: textOf(flags),
      fsType: options.fsType ?? 'none',
      source: options.source,
      superOptions: options.data ?? '',
    });
  }

  async mountAsync(options: MountOptions): Promise<void> {
    this.mount(options);
  }

  mountOverlay(options: OverlayMountOptions): void {
    if (options.lower.length === 0) throw new KernelError('mount', 'EINVAL', options.target);
    this.#add({
      mountPoint: posix.resolve(options.target),
      root: '/',
      options: options.upper === undefined ? 'ro' : 'rw',
      fsType: 'overlay',
      source: 'overlay',
      superOptions: overlayData(options),
    });
  }

  mountMapped({ source, target, mappings }: MappedTreeOptions): void {
    if (mappings.uids.length === 0 || mappings.gids.length === 0) {
      throw new KernelError('mount_setattr', 'EINVAL', source);
    }
    this.#add({
      mountPoint: posix.resolve(target),
      root: posix.resolve(source),
      options: 'rw,idmapped',
      fsType: 'none',
      source,
      superOptions: '',
    });
  }

  async mountOverlayAsync(options: OverlayMountOptions): Promise<void> {
    this.mountOverlay(options);
  }

  async unmountAsync(target: string, options: { readonly detach?: boolean } = {}): Promise<void> {
    this.unmount(target, options);
  }

  unmount(target: string, options: { readonly detach?: boolean } = {}): void {
    const path = posix.resolve(target);
    const top = this.#entries.findLast((entry) => entry.mountPoint === path);
    if (top === undefined) return;
    const below = this.#entries.filter((entry) => entry.parentId === top.id);
    if (below.length > 0 && options.detach !== true)
      throw new KernelError('umount2', 'EBUSY', path);
    this.#remove(top);
  }

  list(prefix?: string): MountEntry[] {
    if (prefix === undefined) return [...this.#entries];
    return this.#entries.filter((entry) => isAtOrUnder(entry.mountPoint, prefix));
  }

  #add(facts: Omit<MountEntry, 'id' | 'parentId' | 'propagation'>): void {
    const parent = this.#entries
      .filter((entry) => isAtOrUnder(facts.mountPoint, entry.mountPoint))
      .reduce<MountEntry | undefined>(deepest, undefined);
    this.#lastId += 1;
    const parentId = parent?.id ?? 0;
    this.#entries.push({ id: this.#lastId, parentId, propagation: [], ...facts });
  }

  #replace(target: string, change: Partial<MountEntry>): void {
    const index = this.#entries.findLastIndex((entry) => entry.mountPoint === target);
    const entry = this.#entries[index];
    if (entry === undefined) throw new KernelError('mount', 'EINVAL', target);
    this.#entries[index] = { ...entry, ...change };
  }

  #remove(entry: MountEntry): void {
    for (const child of this.#entries.filter(({ parentId }) => parentId === entry.id))
      this.#remove(child);
    this.#entries.splice(this.#entries.indexOf(entry), 1);
  }
}

/** The longest mount point; of two at the same one, the later. */
function deepest(best: MountEntry | undefined, entry: MountEntry): MountEntry {
  if (best === undefined) return entry;
  return entry.mountPoint.length >= best.mountPoint.length ? entry : best;
}

function textOf(flags: readonly MountFlag[]): string {
  const access = flags.includes('ro') ? 'ro' : 'rw';
  return [access, ...flags.filter((flag) => shown.has(flag))].join(',');
}

function propagationOf(flags: readonly MountFlag[]): string[] {
  if (flags.some((flag) => flag.endsWith('shared'))) return ['shared:1'];
  if (flags.some((flag) => flag.endsWith('slave'))) return ['master:1'];
  return flags.some((flag) => flag.endsWith('unbindable')) ? ['unbindable'] : [];
}
