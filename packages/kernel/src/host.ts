/** Facts about the machine and switches of it. */
export interface Host {
  /** Names (`CAP_CHOWN` …) in the bounding set of this process. */
  readonly boundingCapabilities: ReadonlySet<string>;
  /** Names of every capability that this kernel knows (cap_last_cap). */
  readonly kernelCapabilities: readonly string[];
  readonly architecture: string;
  readonly kernelVersion: string;
  readonly bootId: string;
  /** Seconds of CPU quota, memory and so on. */
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly security: {
    readonly seccomp: boolean;
    readonly appArmor: boolean;
    readonly seLinux: boolean;
  };
  /** Seconds since the boot, time asleep included; nobody can set this clock (CLOCK_BOOTTIME). */
  uptimeSeconds(): number;
  /** The text of /proc/stat (proc_stat(5)). */
  processorTimes(): string;
  /** Reads /proc/sys; `net.ipv4.ip_forward` or slashed. Undefined when it does not exist. */
  sysctl(name: string): string | undefined;
  setSysctl(name: string, value: string): void;
  /** sd_notify(3): sends the text to the unix datagram socket (`@` for abstract). */
  sendDatagram(path: string, message: string | Uint8Array): void;
  /** File descriptors that systemd passed (sd_listen_fds(3)). */
  listenDescriptors(): number[];
  /** Gives memory that was freed back to the system: malloc_trim(3), on the thread pool. */
  trimMemory(): Promise<void>;
  /** PR_SET_NAME and argv[0] as ps(1) shows it. */
  setProcessTitle(title: string): void;
}
