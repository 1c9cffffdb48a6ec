import type {
  EndpointSettings,
  Network,
  NetworkCreateRequest,
  NetworkCreateResponse,
  NetworkInspect,
  PortMap,
} from '@berth/engine-api';
import type { IdMappings } from '@berth/kernel';
import type { DiagnosisRequest, NetworkDiagnosis } from './doctor/diagnosis.ts';

import type { ConnectRequest } from './sandbox/connect-endpoint.ts';
import type { DisconnectRequest } from './sandbox/disconnect-endpoint.ts';
import type { SandboxElement } from './view/sandbox-elements.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

/** What a container asks of the network, from its HostConfig and NetworkingConfig. */
export interface SandboxRequest {
  readonly containerId: string;
  /** Without the leading slash. */
  readonly containerName: string;
  /**
   * HostConfig.NetworkMode after defaulting: `bridge`, `host`, `none`, `container:<full id>` or a network
   * name or ID.
   */
  readonly networkMode: string;
  /**
   * What is asked for in each network, by name: the container gets an endpoint in these. Empty: in that of the
   * mode.
   */
  readonly endpoints: Readonly<Record<string, EndpointSettings>>;
  /** Config.ExposedPorts keys, `80/tcp`. */
  readonly exposedPorts: readonly string[];
  readonly portBindings: PortMap;
  readonly publishAllPorts: boolean;
  readonly macAddress?: string;
  readonly hostname: string;
  readonly domainname: string;
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
  /** `host:ip` pairs of --add-host; `host-gateway` is resolved. */
  readonly extraHosts: readonly string[];
  /** Links of the default bridge: `containerName:alias` with the peer resolved by the caller. */
  readonly links?: readonly LinkRequest[];
  /** Folder where `hosts`, `resolv.conf` and `hostname` are written (the container's own folder). */
  readonly filesDirectory: string;
  /** The container gets a user namespace with these maps, which owns its network; its root owns the files. */
  readonly idMappings?: IdMappings;
  /** That user namespace, when it is another container's: `/proc/PID/ns/user`. */
  readonly joinedUserNamespace?: string;
}

/** A peer on the default bridge, as it now runs. */
export interface LinkRequest {
  readonly name: string;
  readonly alias: string;
  readonly address: string;
  /** The peer's hostname, by which it can be reached too. */
  readonly hostname?: string;
  /** The peer's exposed ports, `80/tcp`: they can be reached even without icc. */
  readonly ports?: readonly string[];
}

/** What `validate` looks at: the parts of a request that a user writes. */
export type NetworkValidation = Pick<
  SandboxRequest,
  'networkMode' | 'endpoints' | 'portBindings' | 'macAddress' | 'extraHosts' | 'dns'
> &
  Partial<Pick<SandboxRequest, 'publishAllPorts' | 'exposedPorts'>> & {
    /** As the user wrote it, before a default is put in its place. */
    readonly hostname?: string;
    readonly links?: readonly unknown[];
  };

/** A network as inspect shows it. */
export type InspectedNetwork = Network & NetworkInspect;

/** A container's network as it now is. */
export interface SandboxState {
  /** Empty for `container:` mode. */
  readonly sandboxId: string;
  /** Path of the pinned network namespace; undefined for host mode (and `container:`, where the caller joins the peer). */
  readonly namespacePath?: string;
  /** Endpoint settings with their allocated values, by network name. */
  readonly endpoints: Readonly<Record<string, EndpointSettings>>;
  /** Ports with the host ports that were really bound. */
  readonly ports: PortMap;
  /** Paths of the files to bind-mount; absent in `container:` mode (the peer's are used). */
  readonly hostsPath?: string;
  readonly resolvConfPath?: string;
  readonly hostnamePath?: string;
}

export interface SandboxRemoval {
  /** Another container may be in its namespace, and keep that. */
  readonly shared?: boolean;
}

/**
 * Networks, endpoints and sandboxes. Database first; what the kernel holds is made to agree with it at
 * `reconcile`. Events: connect, disconnect, create, destroy.
 */
export interface NetworkService {
  /**
   * Makes the default networks (bridge, host, none) and the firewall table when missing, then removes
   * every netns, veth, nft element and address lease that belongs to no container of `running`.
   */
  reconcile(running: ReadonlySet<string>): Promise<void>;

  /** Every network that matches, by name. Without the containers, as Docker's list has it. */
  list(filters: Filters): Promise<Network[]>;
  /** By name, ID or unambiguous short ID. Fails with networks.not-found: `network X not found`. */
  inspect(
    nameOrId: string,
    options?: { readonly verbose?: boolean; readonly scope?: string },
  ): Promise<InspectedNetwork>;
  /** Makes a network. Fails with networks.name-taken, pool-overlaps, unknown-driver and so on. All or nothing. */
  create(request: NetworkCreateRequest): Promise<NetworkCreateResponse>;
  /** By name or ID. Fails with networks.predefined-remove or has-endpoints. */
  remove(nameOrId: string): Promise<void>;
  /** Removes the networks that no running container is in; returns their names. */
  prune(filters: Filters): Promise<string[]>;
  /**
   * The name of a network that a container may be given an endpoint in besides those of `present` (names), as
   * `connect` would check it. Fails with networks.not-found, shared-mode, host-mode or none-mode.
   */
  checkConnect(
    nameOrId: string,
    settings: EndpointSettings,
    container: { readonly networkMode: string; readonly present: readonly string[] },
  ): string;
  /** The network's name when it exists, else what was given: the key under which settings are stored. */
  nameOf(nameOrId: string): string;
  /** Gives a running container an endpoint in one more network. All or nothing. */
  connect(request: ConnectRequest): Promise<SandboxState>;
  /** Takes a running container out of a network; its other networks are not disturbed. */
  disconnect(request: DisconnectRequest): Promise<SandboxState>;
  /** Makes /etc/hosts and the firewall of a running container agree with where its linked peers are now. */
  updateLinks(containerId: string, links: readonly LinkRequest[]): Promise<void>;
  /** The drivers that networks can be made of, plug-ins' included. */
  driverNames(): readonly string[];

  /**
   * Fails early (at create) for bad port ranges, bad addresses and flag conflicts. Whether the networks
   * exist is found out at the start, as Docker does it.
   */
  validate(request: NetworkValidation): void;

  /**
   * Makes the container's sandbox: netns, endpoints, addresses, routes, published ports, files. All or
   * nothing: a failure leaves nothing behind. Port conflicts fail with networks.port-allocated
   * or networks.port-in-use (Docker's texts). The files are written even when the container has no network of its own.
   */
  createSandbox(request: SandboxRequest): Promise<SandboxState>;
  /**
   * Undoes `createSandbox`. Idempotent. Links go with the namespace, which is not waited for; out of a shared one they
   * are taken first.
   */
  removeSandbox(containerId: string, options?: SandboxRemoval): Promise<void>;
  /** Undefined when the container has none now. */
  sandbox(containerId: string): SandboxState | undefined;
  /** The firewall's elements that are there because of a container. Empty without a network of its own. */
  firewallElements(containerId: string): readonly SandboxElement[];
  /** Follows a rename so that inspect and hosts show the new name. */
  rename(containerId: string, name: string): Promise<void>;
  /** For `info` and events: switches and warnings of the host (`WARNING: …`). */
  warnings(): readonly string[];
  /** What Berth changed on the host, and why a published port cannot be reached. Changes nothing. */
  diagnose(request: DiagnosisRequest): Promise<NetworkDiagnosis>;
  close(): Promise<void>;
}
