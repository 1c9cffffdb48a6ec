import type { CgroupDriver, IdMappings } from '@berth/kernel';

/** What a container gets when neither the user nor the image says otherwise. */
export interface ContainerDefaults {
  readonly runtime: string;
  readonly logDriver: string;
  readonly logOptions: Readonly<Record<string, string>>;
  readonly ipcMode: 'private' | 'shareable';
  readonly cgroupNamespaceMode: 'private' | 'host';
  /** Bytes of /dev/shm. */
  readonly shmSize: number;
  /** `--init` for every container. */
  readonly init: boolean;
  readonly noNewPrivileges: boolean;
  readonly ulimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
}

export interface RuntimeDefinition {
  /** Program, absolute. */
  readonly path: string;
  readonly arguments?: readonly string[];
}

/** The daemon's settings that concern containers. */
export interface ContainersConfig {
  readonly defaults: ContainerDefaults;
  /** OCI runtimes by the name that `--runtime` takes. */
  readonly runtimes: Readonly<Record<string, RuntimeDefinition>>;
  readonly cgroupDriver: CgroupDriver;
  /** `/berth` for cgroupfs, `system.slice` for systemd. */
  readonly cgroupParent: string;
  /** Prefix of scopes with the systemd driver. */
  readonly cgroupPrefix: string;
  /** The program that `--init` runs as process 1. */
  readonly initPath?: string;
  /** Text of a seccomp profile (JSON) that replaces the built-in one, or `unconfined`. */
  readonly seccompProfile?: string;
  /** Maps of the user namespaces of containers (`userns-remap`); absent: containers share the host's. */
  readonly idMappings?: IdMappings;
  /** Folders of device specifications (CDI), those with precedence last. */
  readonly cdiFolders: readonly string[];
  /** Seconds that `stop` waits by default. */
  readonly stopTimeout: number;
}
