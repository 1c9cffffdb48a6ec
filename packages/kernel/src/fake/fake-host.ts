import type { Host } from '../host.ts';
import { KernelError } from '../kernel-error.ts';
import { capabilitiesUpTo } from '../linux/capability-names.ts';
import { sysctlPath } from '../linux/sysctl-path.ts';

const lastCapability = 40;

type HostFacts = Omit<
  Host,
  | 'processorTimes'
  | 'sysctl'
  | 'setSysctl'
  | 'sendDatagram'
  | 'listenDescriptors'
  | 'uptimeSeconds'
  | 'trimMemory'
  | 'setProcessTitle'
>;

export interface FakeHostOptions extends Partial<HostFacts> {
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly listenDescriptors?: readonly number[];
}

/** A machine with everything, unless told otherwise. */
export class FakeHost implements Host {
  readonly boundingCapabilities: ReadonlySet<string>;
  readonly kernelCapabilities: readonly string[];
  readonly architecture: string;
  readonly kernelVersion: string;
  readonly bootId: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly security: Host['security'];
  /** By path below /proc/sys, slashed. */
  readonly sysctls = new Map<string, string>();
  readonly datagrams: { readonly path: string; readonly text: string }[] = [];
  processTitle = '';
  uptime = 0;
  readonly #descriptors: readonly number[];

  constructor(options: FakeHostOptions = {}) {
    const all = capabilitiesUpTo(lastCapability);
    this.boundingCapabilities = options.boundingCapabilities ?? new Set(all);
    this.kernelCapabilities = options.kernelCapabilities ?? all;
    this.architecture = options.architecture ?? 'x86_64';
    this.kernelVersion = options.kernelVersion ?? '6.12.0';
    this.bootId = options.bootId ?? '11111111-2222-4333-8444-555555555555';
    this.cpuCount = options.cpuCount ?? 4;
    this.memoryBytes = options.memoryBytes ?? 8 * 2 ** 30;
    this.security = options.security ?? { seccomp: true, appArmor: false, seLinux: false };
    this.#descriptors = options.listenDescriptors ?? [];
    const sysctls = options.sysctls ?? { 'net.ipv4.ip_forward': '0' };
    for (const [name, value] of Object.entries(sysctls)) this.sysctls.set(sysctlPath(name), value);
  }

  processorTimes(): string {
    return `cpu  0 0 0 0 0 0 0 0 0 0\n${'cpu0 0\n'.repeat(this.cpuCount)}`;
  }

  sysctl(name: string): string | undefined {
    return this.sysctls.get(sysctlPath(name));
  }

  setSysctl(name: string, value: string): void {
    const path = sysctlPath(name);
    if (!this.sysctls.has(path) && !isInterfaceSwitch(path))
      throw new KernelError('sysctl', 'ENOENT', name);
    this.sysctls.set(path, value);
  }

  sendDatagram(path: string, text: string): void {
    this.datagrams.push({ path, text });
  }

  listenDescriptors(): number[] {
    return [...this.#descriptors];
  }

  uptimeSeconds(): number {
    return this.uptime;
  }

  async trimMemory(): Promise<void> {}

  setProcessTitle(title: string): void {
    this.processTitle = title;
  }
}

/** Switches that appear with each interface, and so need not be listed one by one. */
function isInterfaceSwitch(path: string): boolean {
  return (
    /^net\/(ipv4|ipv6)\/(conf|neigh)\/[^/]+\/\w+$/.test(path) || path.startsWith('net/bridge/')
  );
}
