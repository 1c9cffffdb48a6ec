import { existsSync, readFileSync } from 'node:fs';
import { arch, release, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import type { Host } from '../host.ts';
import { KernelError } from '../kernel-error.ts';
import { sysAddon } from '../sys/addon.ts';
import { capabilitiesOfMask, capabilitiesUpTo } from './capability-names.ts';
import { writeControl } from './control-file.ts';
import { sysctlPath } from './sysctl-path.ts';

const architectures: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
/** SD_LISTEN_FDS_START */
const firstListenDescriptor = 3;

export interface HostOptions {
  /** Folder that holds `proc` and `sys`. */
  readonly root?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Facts are read when first asked for and then kept. */
export class LinuxHost implements Host {
  readonly #root: string;
  readonly #environment: NodeJS.ProcessEnv;
  #status: ReadonlyMap<string, string> | undefined;
  #security: Host['security'] | undefined;
  #kernelCapabilities: readonly string[] | undefined;
  #bootId: string | undefined;

  constructor(options: HostOptions = {}) {
    this.#root = options.root ?? '/';
    this.#environment = options.environment ?? process.env;
  }

  get boundingCapabilities(): ReadonlySet<string> {
    return new Set(capabilitiesOfMask(this.#statusField('CapBnd') ?? '0'));
  }

  get kernelCapabilities(): readonly string[] {
    this.#kernelCapabilities ??= capabilitiesUpTo(
      Number(this.sysctl('kernel.cap_last_cap') ?? '-1'),
    );
    return this.#kernelCapabilities;
  }

  get architecture(): string {
    return architectures[arch()] ?? arch();
  }

  get kernelVersion(): string {
    return release();
  }

  get bootId(): string {
    this.#bootId ??= this.sysctl('kernel/random/boot_id') ?? '';
    return this.#bootId;
  }

  get cpuCount(): number {
    return countOfList(this.#statusField('Cpus_allowed_list') ?? '0');
  }

  get memoryBytes(): number {
    return totalmem();
  }

  get security(): Host['security'] {
    this.#security ??= {
      seccomp: this.#statusField('Seccomp') !== undefined,
      appArmor: this.#read('sys/module/apparmor/parameters/enabled')?.trim() === 'Y',
      seLinux: existsSync(join(this.#root, 'sys/fs/selinux/enforce')),
    };
    return this.#security;
  }

  processorTimes(): string {
    return this.#read('proc/stat') ?? '';
  }

  sysctl(name: string): string | undefined {
    return this.#read(join('proc/sys', sysctlPath(name)))?.trim();
  }

  setSysctl(name: string, value: string): void {
    const path = join(this.#root, 'proc/sys', sysctlPath(name));
    try {
      writeControl(path, value);
    } catch (error) {
      throw new KernelError('sysctl', errnoOf(error) ?? 'EIO', name);
    }
  }

  sendDatagram(path: string, message: string | Uint8Array): void {
    sysAddon().sendDatagram(path, Buffer.from(message));
  }

  listenDescriptors(): number[] {
    if (Number(this.#environment.LISTEN_PID) !== process.pid) return [];
    const count = Number(this.#environment.LISTEN_FDS);
    if (!Number.isInteger(count) || count < 1) return [];
    return Array.from({ length: count }, (_, index) => firstListenDescriptor + index);
  }

  uptimeSeconds(): number {
    return uptime();
  }

  trimMemory(): Promise<void> {
    return sysAddon().trimMemory();
  }

  setProcessTitle(title: string): void {
    process.title = title;
  }

  #statusField(name: string): string | undefined {
    this.#status ??= parseStatus(this.#read('proc/self/status') ?? '');
    return this.#status.get(name);
  }

  #read(path: string): string | undefined {
    try {
      return readFileSync(join(this.#root, path), 'utf8');
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'EISDIR') return undefined;
      throw error;
    }
  }
}

/** The `Name:\tvalue` lines of proc_pid_status(5). */
function parseStatus(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return fields;
}

/** How many numbers a list such as `0-3,8` holds (cpuset(7), "List format"). */
function countOfList(list: string): number {
  return list.split(',').reduce((sum, range) => {
    const [first, last = first] = range.split('-').map(Number);
    return sum + ((last ?? 0) - (first ?? 0) + 1);
  }, 0);
}
