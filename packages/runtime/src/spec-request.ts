import type { ContainerConfig, HostConfig } from '@berth/engine-api';
import type { IdMappings } from '@berth/kernel';
import type { MountSpec, NamespaceSpec } from './runtime-spec.ts';

/** A user looked up in the image's passwd and group files. */
export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  /** Home directory for $HOME; `/` when unknown. */
  readonly home: string;
}

/** Facts of the host that the spec must respect. */
export interface SpecHost {
  /** Capabilities we may give (bounding set of the daemon). */
  readonly boundingCapabilities: ReadonlySet<string>;
  readonly kernelCapabilities: readonly string[];
  readonly cgroupLayout: 'v1' | 'v2' | 'hybrid';
  readonly cgroupControllers: readonly string[];
  readonly architecture: string;
  readonly kernelVersion: string;
  readonly seccomp: boolean;
  readonly appArmor: boolean;
}

/** Everything that decides a container's runtime spec. All I/O has been done: the generator is pure. */
export interface SpecRequest {
  readonly containerId: string;
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  /** The host can limit swap. Where it cannot, a runtime fails on being told of any limit, also of none. */
  readonly limitsSwap: boolean;
  /** Final argv and directory: entrypoint + cmd, workdir. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: readonly string[];
  readonly user: ResolvedUser;
  readonly rootDirectory: string;
  readonly hostname: string;
  readonly cgroupsPath: string;
  /** Namespaces with resolved paths (`container:` modes); host modes are absent from the list. */
  readonly namespaces: readonly NamespaceSpec[];
  /** Owner maps of the container's user namespace; absent when it shares the host's. */
  readonly idMappings?: IdMappings;
  /** Volumes, binds, tmpfs and the managed /etc files, already validated; the generator orders them. */
  readonly mounts: readonly MountSpec[];
  /** Host device nodes of --device and, for privileged containers, of /dev; looked up by the caller. */
  readonly devices: readonly {
    readonly path: string;
    readonly type: 'c' | 'b';
    readonly major: number;
    readonly minor: number;
    readonly fileMode: number;
    readonly uid: number;
    readonly gid: number;
    readonly permissions: string;
  }[];
  /** Major and minor numbers of block devices named in blkio throttles, by path. */
  readonly blockDevices: Readonly<Record<string, readonly [number, number]>>;
  /** Parsed custom seccomp profile; `default` for ours, `unconfined` for none. */
  readonly seccomp: 'default' | 'unconfined' | Readonly<Record<string, unknown>>;
  /** Path of the init program on the host when --init is on. */
  readonly initPath?: string;
  readonly defaultUlimits: Readonly<
    Record<string, { readonly soft: number; readonly hard: number }>
  >;
  readonly host: SpecHost;
}
