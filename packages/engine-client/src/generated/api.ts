// Generated from openapi/v1.55.yaml by scripts/generate.ts. Do not edit.

import type { Readable } from 'node:stream';
import type { CallOptions, HijackedConnection } from '../engine-transport.ts';
import type { ByteSource, ContainerArchive, FilterValue, Moment, PathStat, ProgressRecord } from '../operation-values.ts';
import type { AttachedStreams, OutputStreams } from '../output-streams.ts';
import type { RecordStream } from '../record-stream.ts';
import type { AttestationStatement, AuthConfig, AuthResponse, BuildPruneResponse, Config, ConfigCreateRequest, ConfigSpec, ContainerConfig, ContainerCreateRequest, ContainerCreateResponse, ContainerInspectResponse, ContainerPruneResponse, ContainerStatsResponse, ContainerSummary, ContainerTopResponse, ContainerUpdateRequest, ContainerUpdateResponse, ContainerWaitResponse, ContainerXray, DistributionInspect, EventMessage, ExecConfig, ExecInspectResponse, ExecStartConfig, FilesystemChange, IDResponse, ImageDeleteResponseItem, ImageHistoryResponseItem, ImageInspect, ImagePruneResponse, ImageSearchResponseItem, ImageSummary, NetworkConnectRequest, NetworkCreateRequest, NetworkCreateResponse, NetworkDisconnectRequest, NetworkDoctorReport, NetworkInspect, NetworkPruneResponse, NetworkSummary, Node, NodeSpec, OCIPlatform, Plugin, PluginPrivilege, PluginPullRequest, PluginSetRequest, PluginUpgradeRequest, Secret, SecretCreateRequest, SecretSpec, Service, ServiceCreateRequest, ServiceCreateResponse, ServiceUpdateRequest, ServiceUpdateResponse, StoreCheckReport, Swarm, SwarmInitRequest, SwarmJoinRequest, SwarmSpec, SwarmUnlockRequest, SystemDataUsageResponse, SystemInfo, SystemUsageReport, SystemVersion, Task, UnlockKeyResponse, Volume, VolumeCreateRequest, VolumeListResponse, VolumePruneResponse, VolumeUpdateRequest } from '@berth/engine-api';

export interface ContainerListFilters {
  readonly ancestor?: FilterValue | undefined;
  readonly before?: FilterValue | undefined;
  readonly expose?: FilterValue | undefined;
  readonly exited?: FilterValue | undefined;
  readonly health?: FilterValue | undefined;
  readonly id?: FilterValue | undefined;
  readonly isolation?: FilterValue | undefined;
  readonly "is-task"?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly name?: FilterValue | undefined;
  readonly network?: FilterValue | undefined;
  readonly publish?: FilterValue | undefined;
  readonly since?: FilterValue | undefined;
  readonly status?: FilterValue | undefined;
  readonly volume?: FilterValue | undefined;
}

export interface ContainerListParameters {
  readonly all?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly size?: boolean | undefined;
  readonly filters?: ContainerListFilters | undefined;
  readonly before?: string | undefined;
  readonly since?: string | undefined;
}

export interface ContainerCreateParameters {
  readonly name?: string | undefined;
  readonly platform?: string | undefined;
}

export interface ContainerInspectParameters {
  readonly size?: boolean | undefined;
}

export interface ContainerTopParameters {
  readonly ps_args?: string | undefined;
}

export interface ContainerLogsParameters {
  readonly follow?: boolean | undefined;
  readonly stdout?: boolean | undefined;
  readonly stderr?: boolean | undefined;
  readonly since?: Moment | undefined;
  readonly until?: Moment | undefined;
  readonly timestamps?: boolean | undefined;
  readonly tail?: string | undefined;
  readonly details?: boolean | undefined;
}

export interface ContainerStatsParameters {
  readonly stream?: boolean | undefined;
  readonly "one-shot"?: boolean | undefined;
}

export interface ContainerResizeParameters {
  readonly h: number;
  readonly w: number;
}

export interface ContainerStartParameters {
  readonly detachKeys?: string | undefined;
  readonly checkpoint?: string | undefined;
  readonly "checkpoint-dir"?: string | undefined;
}

export interface ContainerStopParameters {
  readonly signal?: string | undefined;
  readonly t?: number | undefined;
}

export interface ContainerRestartParameters {
  readonly signal?: string | undefined;
  readonly t?: number | undefined;
}

export interface ContainerKillParameters {
  readonly signal?: string | undefined;
}

export interface ContainerRenameParameters {
  readonly name: string;
}

export interface ContainerAttachParameters {
  readonly detachKeys?: string | undefined;
  readonly logs?: boolean | undefined;
  readonly stream?: boolean | undefined;
  readonly stdin?: boolean | undefined;
  readonly stdout?: boolean | undefined;
  readonly stderr?: boolean | undefined;
}

export interface ContainerWaitParameters {
  readonly condition?: "not-running" | "next-exit" | "removed" | (string & {}) | undefined;
}

export interface ContainerDeleteParameters {
  readonly v?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly link?: boolean | undefined;
}

export interface ContainerArchiveInfoParameters {
  readonly path: string;
}

export interface ContainerArchiveParameters {
  readonly path: string;
}

export interface PutContainerArchiveParameters {
  readonly path: string;
  readonly noOverwriteDirNonDir?: string | undefined;
  readonly copyUIDGID?: string | undefined;
}

export interface ContainerPruneFilters {
  readonly until?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly "label!"?: FilterValue | undefined;
}

export interface ContainerPruneParameters {
  readonly filters?: ContainerPruneFilters | undefined;
}

export interface ImageListFilters {
  readonly before?: FilterValue | undefined;
  readonly dangling?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly reference?: FilterValue | undefined;
  readonly since?: FilterValue | undefined;
  readonly until?: FilterValue | undefined;
  readonly "label!"?: FilterValue | undefined;
}

export interface ImageListParameters {
  readonly all?: boolean | undefined;
  readonly filters?: ImageListFilters | undefined;
  readonly "shared-size"?: boolean | undefined;
  readonly digests?: boolean | undefined;
  readonly manifests?: boolean | undefined;
  readonly identity?: boolean | undefined;
}

export interface ImageBuildParameters {
  readonly dockerfile?: string | undefined;
  readonly t?: string | readonly string[] | undefined;
  readonly extrahosts?: string | undefined;
  readonly remote?: string | undefined;
  readonly q?: boolean | undefined;
  readonly nocache?: boolean | undefined;
  readonly cachefrom?: string | undefined;
  readonly pull?: string | undefined;
  readonly rm?: boolean | undefined;
  readonly forcerm?: boolean | undefined;
  readonly memory?: number | undefined;
  readonly memswap?: number | undefined;
  readonly cpushares?: number | undefined;
  readonly cpusetcpus?: string | undefined;
  readonly cpuperiod?: number | undefined;
  readonly cpuquota?: number | undefined;
  readonly buildargs?: Readonly<Record<string, string | null>> | undefined;
  readonly shmsize?: number | undefined;
  readonly squash?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly networkmode?: string | undefined;
  readonly registryConfig?: Readonly<Record<string, AuthConfig>> | string | undefined;
  readonly platform?: string | undefined;
  readonly target?: string | undefined;
  readonly outputs?: string | undefined;
  readonly version?: "1" | "2" | (string & {}) | undefined;
  readonly buildid?: string | undefined;
  readonly cgroupparent?: string | undefined;
  readonly cpusetmems?: string | undefined;
  readonly isolation?: string | undefined;
  readonly securityopt?: string | undefined;
  readonly session?: string | undefined;
  readonly ulimits?: string | undefined;
}

export interface BuildPruneFilters {
  readonly until?: FilterValue | undefined;
  readonly id?: FilterValue | undefined;
  readonly parent?: FilterValue | undefined;
  readonly type?: FilterValue | undefined;
  readonly description?: FilterValue | undefined;
  readonly inuse?: FilterValue | undefined;
  readonly shared?: FilterValue | undefined;
  readonly private?: FilterValue | undefined;
}

export interface BuildPruneParameters {
  readonly "reserved-space"?: number | undefined;
  readonly "max-used-space"?: number | undefined;
  readonly "min-free-space"?: number | undefined;
  readonly all?: boolean | undefined;
  readonly filters?: BuildPruneFilters | undefined;
  readonly "keep-storage"?: number | undefined;
}

export interface ImagesPullParameters {
  readonly fromImage: string;
  readonly tag?: string | undefined;
  readonly registryAuth?: AuthConfig | string | undefined;
  readonly platform?: string | undefined;
}

export interface ImagesImportParameters {
  readonly repo?: string | undefined;
  readonly tag?: string | undefined;
  readonly message?: string | undefined;
  readonly registryAuth?: AuthConfig | string | undefined;
  readonly changes?: readonly string[] | undefined;
  readonly platform?: string | undefined;
}

export interface ImageInspectParameters {
  readonly manifests?: boolean | undefined;
  readonly platform?: OCIPlatform | undefined;
}

export interface ImageAttestationsParameters {
  readonly platform?: OCIPlatform | readonly OCIPlatform[] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly statement?: boolean | undefined;
}

export interface ImageHistoryParameters {
  readonly platform?: OCIPlatform | undefined;
}

export interface ImagePushParameters {
  readonly tag?: string | undefined;
  readonly platform?: OCIPlatform | undefined;
  readonly registryAuth?: AuthConfig | string | undefined;
}

export interface ImageTagParameters {
  readonly repo?: string | undefined;
  readonly tag?: string | undefined;
}

export interface ImageDeleteParameters {
  readonly force?: boolean | undefined;
  readonly noprune?: boolean | undefined;
  readonly platforms?: readonly OCIPlatform[] | undefined;
}

export interface ImageSearchFilters {
  readonly "is-official"?: FilterValue | undefined;
  readonly stars?: FilterValue | undefined;
}

export interface ImageSearchParameters {
  readonly term: string;
  readonly limit?: number | undefined;
  readonly filters?: ImageSearchFilters | undefined;
}

export interface ImagePruneFilters {
  readonly dangling?: FilterValue | undefined;
  readonly until?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly "label!"?: FilterValue | undefined;
}

export interface ImagePruneParameters {
  readonly filters?: ImagePruneFilters | undefined;
}

export interface ImageCommitParameters {
  readonly container?: string | undefined;
  readonly repo?: string | undefined;
  readonly tag?: string | undefined;
  readonly comment?: string | undefined;
  readonly author?: string | undefined;
  readonly pause?: boolean | undefined;
  readonly changes?: readonly string[] | undefined;
  readonly body?: ContainerConfig | undefined;
}

export interface SystemEventsFilters {
  readonly config?: FilterValue | undefined;
  readonly container?: FilterValue | undefined;
  readonly daemon?: FilterValue | undefined;
  readonly event?: FilterValue | undefined;
  readonly image?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly network?: FilterValue | undefined;
  readonly node?: FilterValue | undefined;
  readonly plugin?: FilterValue | undefined;
  readonly scope?: FilterValue | undefined;
  readonly secret?: FilterValue | undefined;
  readonly service?: FilterValue | undefined;
  readonly type?: FilterValue | undefined;
  readonly volume?: FilterValue | undefined;
}

export interface SystemEventsParameters {
  readonly since?: Moment | undefined;
  readonly until?: Moment | undefined;
  readonly filters?: SystemEventsFilters | undefined;
}

export interface SystemDataUsageParameters {
  readonly type?: readonly ("container" | "image" | "volume" | "build-cache" | (string & {}))[] | undefined;
  readonly verbose?: boolean | undefined;
}

export interface ImageGetParameters {
  readonly platform?: OCIPlatform | readonly OCIPlatform[] | undefined;
}

export interface ImageGetAllParameters {
  readonly names?: readonly string[] | undefined;
  readonly platform?: OCIPlatform | readonly OCIPlatform[] | undefined;
}

export interface ImageLoadParameters {
  readonly quiet?: boolean | undefined;
  readonly platform?: OCIPlatform | readonly OCIPlatform[] | undefined;
}

export interface ExecResizeParameters {
  readonly h: number;
  readonly w: number;
}

export interface VolumeListFilters {
  readonly dangling?: FilterValue | undefined;
  readonly driver?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly name?: FilterValue | undefined;
}

export interface VolumeListParameters {
  readonly filters?: VolumeListFilters | undefined;
}

export interface VolumeUpdateParameters {
  readonly version: number;
}

export interface VolumeDeleteParameters {
  readonly force?: boolean | undefined;
}

export interface VolumePruneFilters {
  readonly label?: FilterValue | undefined;
  readonly all?: FilterValue | undefined;
  readonly "label!"?: FilterValue | undefined;
}

export interface VolumePruneParameters {
  readonly filters?: VolumePruneFilters | undefined;
}

export interface NetworkListFilters {
  readonly dangling?: FilterValue | undefined;
  readonly driver?: FilterValue | undefined;
  readonly id?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly name?: FilterValue | undefined;
  readonly scope?: FilterValue | undefined;
  readonly type?: FilterValue | undefined;
}

export interface NetworkListParameters {
  readonly filters?: NetworkListFilters | undefined;
}

export interface NetworkInspectParameters {
  readonly verbose?: boolean | undefined;
  readonly scope?: string | undefined;
}

export interface NetworkPruneFilters {
  readonly until?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly "label!"?: FilterValue | undefined;
}

export interface NetworkPruneParameters {
  readonly filters?: NetworkPruneFilters | undefined;
}

export interface PluginListFilters {
  readonly capability?: FilterValue | undefined;
  readonly enable?: FilterValue | undefined;
}

export interface PluginListParameters {
  readonly filters?: PluginListFilters | undefined;
}

export interface GetPluginPrivilegesParameters {
  readonly remote: string;
}

export interface PluginPullParameters {
  readonly remote: string;
  readonly name?: string | undefined;
  readonly registryAuth?: AuthConfig | string | undefined;
}

export interface PluginDeleteParameters {
  readonly force?: boolean | undefined;
}

export interface PluginEnableParameters {
  readonly timeout?: number | undefined;
}

export interface PluginDisableParameters {
  readonly force?: boolean | undefined;
}

export interface PluginUpgradeParameters {
  readonly remote: string;
  readonly registryAuth?: AuthConfig | string | undefined;
}

export interface PluginCreateParameters {
  readonly name: string;
}

export interface NodeListFilters {
  readonly id?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly membership?: FilterValue | undefined;
  readonly name?: FilterValue | undefined;
  readonly "node.label"?: FilterValue | undefined;
  readonly role?: FilterValue | undefined;
}

export interface NodeListParameters {
  readonly filters?: NodeListFilters | undefined;
}

export interface NodeDeleteParameters {
  readonly force?: boolean | undefined;
}

export interface NodeUpdateParameters {
  readonly version: number;
}

export interface SwarmLeaveParameters {
  readonly force?: boolean | undefined;
}

export interface SwarmUpdateParameters {
  readonly version: number;
  readonly rotateWorkerToken?: boolean | undefined;
  readonly rotateManagerToken?: boolean | undefined;
  readonly rotateManagerUnlockKey?: boolean | undefined;
}

export interface ServiceListFilters {
  readonly id?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly mode?: FilterValue | undefined;
  readonly name?: FilterValue | undefined;
}

export interface ServiceListParameters {
  readonly filters?: ServiceListFilters | undefined;
  readonly status?: boolean | undefined;
}

export interface ServiceCreateParameters {
  readonly registryAuth?: AuthConfig | string | undefined;
}

export interface ServiceInspectParameters {
  readonly insertDefaults?: boolean | undefined;
}

export interface ServiceUpdateParameters {
  readonly version: number;
  readonly registryAuthFrom?: "spec" | "previous-spec" | (string & {}) | undefined;
  readonly rollback?: string | undefined;
  readonly registryAuth?: AuthConfig | string | undefined;
}

export interface ServiceLogsParameters {
  readonly details?: boolean | undefined;
  readonly follow?: boolean | undefined;
  readonly stdout?: boolean | undefined;
  readonly stderr?: boolean | undefined;
  readonly since?: Moment | undefined;
  readonly timestamps?: boolean | undefined;
  readonly tail?: string | undefined;
}

export interface TaskListFilters {
  readonly "desired-state"?: FilterValue | undefined;
  readonly id?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly name?: FilterValue | undefined;
  readonly node?: FilterValue | undefined;
  readonly service?: FilterValue | undefined;
}

export interface TaskListParameters {
  readonly filters?: TaskListFilters | undefined;
}

export interface TaskLogsParameters {
  readonly details?: boolean | undefined;
  readonly follow?: boolean | undefined;
  readonly stdout?: boolean | undefined;
  readonly stderr?: boolean | undefined;
  readonly since?: Moment | undefined;
  readonly timestamps?: boolean | undefined;
  readonly tail?: string | undefined;
}

export interface SecretListFilters {
  readonly id?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly name?: FilterValue | undefined;
  readonly names?: FilterValue | undefined;
}

export interface SecretListParameters {
  readonly filters?: SecretListFilters | undefined;
}

export interface SecretUpdateParameters {
  readonly version: number;
}

export interface ConfigListFilters {
  readonly id?: FilterValue | undefined;
  readonly label?: FilterValue | undefined;
  readonly name?: FilterValue | undefined;
  readonly names?: FilterValue | undefined;
}

export interface ConfigListParameters {
  readonly filters?: ConfigListFilters | undefined;
}

export interface ConfigUpdateParameters {
  readonly version: number;
}

export interface StoreCheckParameters {
  readonly repair?: boolean | undefined;
  readonly registryConfig?: Readonly<Record<string, AuthConfig>> | string | undefined;
}

export interface VolumeCloneParameters {
  readonly target?: string | undefined;
}

export interface NetworkDoctorParameters {
  readonly target?: string | undefined;
}

export interface ContainersApi {
  /** List containers: GET /containers/json */
  list(parameters?: ContainerListParameters, options?: CallOptions): Promise<readonly ContainerSummary[]>;
  /** Create a container: POST /containers/create */
  create(body: ContainerCreateRequest, parameters?: ContainerCreateParameters, options?: CallOptions): Promise<ContainerCreateResponse>;
  /** Inspect a container: GET /containers/{id}/json */
  inspect(id: string, parameters?: ContainerInspectParameters, options?: CallOptions): Promise<ContainerInspectResponse>;
  /** List processes running inside a container: GET /containers/{id}/top */
  top(id: string, parameters?: ContainerTopParameters, options?: CallOptions): Promise<ContainerTopResponse>;
  /** Get container logs: GET /containers/{id}/logs */
  logs(id: string, parameters?: ContainerLogsParameters, options?: CallOptions): Promise<OutputStreams>;
  /** Get changes on a container’s filesystem: GET /containers/{id}/changes */
  changes(id: string, options?: CallOptions): Promise<readonly FilesystemChange[]>;
  /** Export a container: GET /containers/{id}/export */
  export(id: string, options?: CallOptions): Promise<Readable>;
  /** Get container stats based on resource usage: GET /containers/{id}/stats */
  stats(id: string, parameters?: ContainerStatsParameters, options?: CallOptions): Promise<RecordStream<ContainerStatsResponse>>;
  /** Resize a container TTY: POST /containers/{id}/resize */
  resize(id: string, parameters: ContainerResizeParameters, options?: CallOptions): Promise<void>;
  /** Start a container: POST /containers/{id}/start */
  start(id: string, parameters?: ContainerStartParameters, options?: CallOptions): Promise<void>;
  /** Stop a container: POST /containers/{id}/stop */
  stop(id: string, parameters?: ContainerStopParameters, options?: CallOptions): Promise<void>;
  /** Restart a container: POST /containers/{id}/restart */
  restart(id: string, parameters?: ContainerRestartParameters, options?: CallOptions): Promise<void>;
  /** Kill a container: POST /containers/{id}/kill */
  kill(id: string, parameters?: ContainerKillParameters, options?: CallOptions): Promise<void>;
  /** Update a container: POST /containers/{id}/update */
  update(id: string, body: ContainerUpdateRequest, options?: CallOptions): Promise<ContainerUpdateResponse>;
  /** Rename a container: POST /containers/{id}/rename */
  rename(id: string, parameters: ContainerRenameParameters, options?: CallOptions): Promise<void>;
  /** Pause a container: POST /containers/{id}/pause */
  pause(id: string, options?: CallOptions): Promise<void>;
  /** Unpause a container: POST /containers/{id}/unpause */
  unpause(id: string, options?: CallOptions): Promise<void>;
  /** Attach to a container: POST /containers/{id}/attach */
  attach(id: string, parameters?: ContainerAttachParameters, options?: CallOptions): Promise<AttachedStreams>;
  /** Wait for a container: POST /containers/{id}/wait */
  wait(id: string, parameters?: ContainerWaitParameters, options?: CallOptions): Promise<ContainerWaitResponse>;
  /** Remove a container: DELETE /containers/{id} */
  remove(id: string, parameters?: ContainerDeleteParameters, options?: CallOptions): Promise<void>;
  /** Get information about files in a container: HEAD /containers/{id}/archive */
  archiveInfo(id: string, parameters: ContainerArchiveInfoParameters, options?: CallOptions): Promise<PathStat>;
  /** Get an archive of a filesystem resource in a container: GET /containers/{id}/archive */
  getArchive(id: string, parameters: ContainerArchiveParameters, options?: CallOptions): Promise<ContainerArchive>;
  /** Extract an archive of files or folders to a directory in a container: PUT /containers/{id}/archive */
  putArchive(id: string, body: ByteSource, parameters: PutContainerArchiveParameters, options?: CallOptions): Promise<void>;
  /** Delete stopped containers: POST /containers/prune */
  prune(parameters?: ContainerPruneParameters, options?: CallOptions): Promise<ContainerPruneResponse>;
  /** Create an exec instance: POST /containers/{id}/exec */
  exec(id: string, body: ExecConfig, options?: CallOptions): Promise<IDResponse>;
}

export interface ImagesApi {
  /** List Images: GET /images/json */
  list(parameters?: ImageListParameters, options?: CallOptions): Promise<readonly ImageSummary[]>;
  /** Build an image: POST /build */
  build(body: ByteSource, parameters?: ImageBuildParameters, options?: CallOptions): Promise<RecordStream<ProgressRecord>>;
  /** Pull an image from a registry: POST /images/create */
  pull(parameters: ImagesPullParameters, options?: CallOptions): Promise<RecordStream<ProgressRecord>>;
  /** Make an image of the tar archive of a root file system: POST /images/create?fromSrc=- */
  import(body: ByteSource, parameters?: ImagesImportParameters, options?: CallOptions): Promise<RecordStream<ProgressRecord>>;
  /** Inspect an image: GET /images/{name}/json */
  inspect(name: string, parameters?: ImageInspectParameters, options?: CallOptions): Promise<ImageInspect>;
  /** Get attestation statements for an image: GET /images/{name}/attestations */
  attestations(name: string, parameters?: ImageAttestationsParameters, options?: CallOptions): Promise<readonly AttestationStatement[]>;
  /** Get the history of an image: GET /images/{name}/history */
  history(name: string, parameters?: ImageHistoryParameters, options?: CallOptions): Promise<readonly ImageHistoryResponseItem[]>;
  /** Push an image: POST /images/{name}/push */
  push(name: string, parameters?: ImagePushParameters, options?: CallOptions): Promise<RecordStream<ProgressRecord>>;
  /** Tag an image: POST /images/{name}/tag */
  tag(name: string, parameters?: ImageTagParameters, options?: CallOptions): Promise<void>;
  /** Remove an image: DELETE /images/{name} */
  remove(name: string, parameters?: ImageDeleteParameters, options?: CallOptions): Promise<readonly ImageDeleteResponseItem[]>;
  /** Search images: GET /images/search */
  search(parameters: ImageSearchParameters, options?: CallOptions): Promise<readonly ImageSearchResponseItem[]>;
  /** Delete unused images: POST /images/prune */
  prune(parameters?: ImagePruneParameters, options?: CallOptions): Promise<ImagePruneResponse>;
  /** Create a new image from a container: POST /commit */
  commit(parameters?: ImageCommitParameters, options?: CallOptions): Promise<IDResponse>;
  /** Export an image: GET /images/{name}/get */
  save(name: string, parameters?: ImageGetParameters, options?: CallOptions): Promise<Readable>;
  /** Export several images: GET /images/get */
  saveAll(parameters?: ImageGetAllParameters, options?: CallOptions): Promise<Readable>;
  /** Import images: POST /images/load */
  load(body: ByteSource, parameters?: ImageLoadParameters, options?: CallOptions): Promise<RecordStream<ProgressRecord>>;
}

export interface BuildsApi {
  /** Delete builder cache: POST /build/prune */
  prune(parameters?: BuildPruneParameters, options?: CallOptions): Promise<BuildPruneResponse>;
}

export interface SystemApi {
  /** Check auth configuration: POST /auth */
  auth(body: AuthConfig, options?: CallOptions): Promise<AuthResponse>;
  /** Get system information: GET /info */
  info(options?: CallOptions): Promise<SystemInfo>;
  /** Get version: GET /version */
  version(options?: CallOptions): Promise<SystemVersion>;
  /** Ping: GET /_ping */
  ping(options?: CallOptions): Promise<string>;
  /** Ping: HEAD /_ping */
  pingHead(options?: CallOptions): Promise<ReadonlyMap<string, string>>;
  /** Monitor events: GET /events */
  events(parameters?: SystemEventsParameters, options?: CallOptions): Promise<RecordStream<EventMessage>>;
  /** Get data usage information: GET /system/df */
  dataUsage(parameters?: SystemDataUsageParameters, options?: CallOptions): Promise<SystemDataUsageResponse>;
  /** Initialize interactive session: POST /session */
  session(options?: CallOptions): Promise<HijackedConnection>;
}

export interface ExecApi {
  /** Start an exec instance: POST /exec/{id}/start */
  start(id: string, body: ExecStartConfig, options?: CallOptions): Promise<AttachedStreams>;
  /** Resize an exec instance: POST /exec/{id}/resize */
  resize(id: string, parameters: ExecResizeParameters, options?: CallOptions): Promise<void>;
  /** Inspect an exec instance: GET /exec/{id}/json */
  inspect(id: string, options?: CallOptions): Promise<ExecInspectResponse>;
}

export interface VolumesApi {
  /** List volumes: GET /volumes */
  list(parameters?: VolumeListParameters, options?: CallOptions): Promise<VolumeListResponse>;
  /** Create a volume: POST /volumes/create */
  create(body: VolumeCreateRequest, options?: CallOptions): Promise<Volume>;
  /** Inspect a volume: GET /volumes/{name} */
  inspect(name: string, options?: CallOptions): Promise<Volume>;
  /** Update a volume. Valid only for Swarm cluster volumes: PUT /volumes/{name} */
  update(name: string, body: VolumeUpdateRequest, parameters: VolumeUpdateParameters, options?: CallOptions): Promise<void>;
  /** Remove a volume: DELETE /volumes/{name} */
  remove(name: string, parameters?: VolumeDeleteParameters, options?: CallOptions): Promise<void>;
  /** Delete unused volumes: POST /volumes/prune */
  prune(parameters?: VolumePruneParameters, options?: CallOptions): Promise<VolumePruneResponse>;
}

export interface NetworksApi {
  /** List networks: GET /networks */
  list(parameters?: NetworkListParameters, options?: CallOptions): Promise<readonly NetworkSummary[]>;
  /** Inspect a network: GET /networks/{id} */
  inspect(id: string, parameters?: NetworkInspectParameters, options?: CallOptions): Promise<NetworkInspect>;
  /** Remove a network: DELETE /networks/{id} */
  remove(id: string, options?: CallOptions): Promise<void>;
  /** Create a network: POST /networks/create */
  create(body: NetworkCreateRequest, options?: CallOptions): Promise<NetworkCreateResponse>;
  /** Connect a container to a network: POST /networks/{id}/connect */
  connect(id: string, body: NetworkConnectRequest, options?: CallOptions): Promise<void>;
  /** Disconnect a container from a network: POST /networks/{id}/disconnect */
  disconnect(id: string, body: NetworkDisconnectRequest, options?: CallOptions): Promise<void>;
  /** Delete unused networks: POST /networks/prune */
  prune(parameters?: NetworkPruneParameters, options?: CallOptions): Promise<NetworkPruneResponse>;
}

export interface PluginsApi {
  /** List plugins: GET /plugins */
  list(parameters?: PluginListParameters, options?: CallOptions): Promise<readonly Plugin[]>;
  /** Get plugin privileges: GET /plugins/privileges */
  privileges(parameters: GetPluginPrivilegesParameters, options?: CallOptions): Promise<readonly PluginPrivilege[]>;
  /** Install a plugin: POST /plugins/pull */
  pull(body: PluginPullRequest, parameters: PluginPullParameters, options?: CallOptions): Promise<RecordStream<ProgressRecord>>;
  /** Inspect a plugin: GET /plugins/{name}/json */
  inspect(name: string, options?: CallOptions): Promise<Plugin>;
  /** Remove a plugin: DELETE /plugins/{name} */
  remove(name: string, parameters?: PluginDeleteParameters, options?: CallOptions): Promise<Plugin>;
  /** Enable a plugin: POST /plugins/{name}/enable */
  enable(name: string, parameters?: PluginEnableParameters, options?: CallOptions): Promise<void>;
  /** Disable a plugin: POST /plugins/{name}/disable */
  disable(name: string, parameters?: PluginDisableParameters, options?: CallOptions): Promise<void>;
  /** Upgrade a plugin: POST /plugins/{name}/upgrade */
  upgrade(name: string, body: PluginUpgradeRequest, parameters: PluginUpgradeParameters, options?: CallOptions): Promise<RecordStream<ProgressRecord>>;
  /** Create a plugin: POST /plugins/create */
  create(body: ByteSource, parameters: PluginCreateParameters, options?: CallOptions): Promise<void>;
  /** Push a plugin: POST /plugins/{name}/push */
  push(name: string, options?: CallOptions): Promise<RecordStream<ProgressRecord>>;
  /** Configure a plugin: POST /plugins/{name}/set */
  set(name: string, body: PluginSetRequest, options?: CallOptions): Promise<void>;
}

export interface NodesApi {
  /** List nodes: GET /nodes */
  list(parameters?: NodeListParameters, options?: CallOptions): Promise<readonly Node[]>;
  /** Inspect a node: GET /nodes/{id} */
  inspect(id: string, options?: CallOptions): Promise<Node>;
  /** Delete a node: DELETE /nodes/{id} */
  remove(id: string, parameters?: NodeDeleteParameters, options?: CallOptions): Promise<void>;
  /** Update a node: POST /nodes/{id}/update */
  update(id: string, body: NodeSpec, parameters: NodeUpdateParameters, options?: CallOptions): Promise<void>;
}

export interface SwarmApi {
  /** Inspect swarm: GET /swarm */
  inspect(options?: CallOptions): Promise<Swarm>;
  /** Initialize a new swarm: POST /swarm/init */
  init(body: SwarmInitRequest, options?: CallOptions): Promise<string>;
  /** Join an existing swarm: POST /swarm/join */
  join(body: SwarmJoinRequest, options?: CallOptions): Promise<void>;
  /** Leave a swarm: POST /swarm/leave */
  leave(parameters?: SwarmLeaveParameters, options?: CallOptions): Promise<void>;
  /** Update a swarm: POST /swarm/update */
  update(body: SwarmSpec, parameters: SwarmUpdateParameters, options?: CallOptions): Promise<void>;
  /** Get the unlock key: GET /swarm/unlockkey */
  unlockKey(options?: CallOptions): Promise<UnlockKeyResponse>;
  /** Unlock a locked manager: POST /swarm/unlock */
  unlock(body: SwarmUnlockRequest, options?: CallOptions): Promise<void>;
}

export interface ServicesApi {
  /** List services: GET /services */
  list(parameters?: ServiceListParameters, options?: CallOptions): Promise<readonly Service[]>;
  /** Create a service: POST /services/create */
  create(body: ServiceCreateRequest, parameters?: ServiceCreateParameters, options?: CallOptions): Promise<ServiceCreateResponse>;
  /** Inspect a service: GET /services/{id} */
  inspect(id: string, parameters?: ServiceInspectParameters, options?: CallOptions): Promise<Service>;
  /** Delete a service: DELETE /services/{id} */
  remove(id: string, options?: CallOptions): Promise<void>;
  /** Update a service: POST /services/{id}/update */
  update(id: string, body: ServiceUpdateRequest, parameters: ServiceUpdateParameters, options?: CallOptions): Promise<ServiceUpdateResponse>;
  /** Get service logs: GET /services/{id}/logs */
  logs(id: string, parameters?: ServiceLogsParameters, options?: CallOptions): Promise<OutputStreams>;
}

export interface TasksApi {
  /** List tasks: GET /tasks */
  list(parameters?: TaskListParameters, options?: CallOptions): Promise<readonly Task[]>;
  /** Inspect a task: GET /tasks/{id} */
  inspect(id: string, options?: CallOptions): Promise<Task>;
  /** Get task logs: GET /tasks/{id}/logs */
  logs(id: string, parameters?: TaskLogsParameters, options?: CallOptions): Promise<OutputStreams>;
}

export interface SecretsApi {
  /** List secrets: GET /secrets */
  list(parameters?: SecretListParameters, options?: CallOptions): Promise<readonly Secret[]>;
  /** Create a secret: POST /secrets/create */
  create(body: SecretCreateRequest, options?: CallOptions): Promise<IDResponse>;
  /** Inspect a secret: GET /secrets/{id} */
  inspect(id: string, options?: CallOptions): Promise<Secret>;
  /** Delete a secret: DELETE /secrets/{id} */
  remove(id: string, options?: CallOptions): Promise<void>;
  /** Update a Secret: POST /secrets/{id}/update */
  update(id: string, body: SecretSpec, parameters: SecretUpdateParameters, options?: CallOptions): Promise<void>;
}

export interface ConfigsApi {
  /** List configs: GET /configs */
  list(parameters?: ConfigListParameters, options?: CallOptions): Promise<readonly Config[]>;
  /** Create a config: POST /configs/create */
  create(body: ConfigCreateRequest, options?: CallOptions): Promise<IDResponse>;
  /** Inspect a config: GET /configs/{id} */
  inspect(id: string, options?: CallOptions): Promise<Config>;
  /** Delete a config: DELETE /configs/{id} */
  remove(id: string, options?: CallOptions): Promise<void>;
  /** Update a Config: POST /configs/{id}/update */
  update(id: string, body: ConfigSpec, parameters: ConfigUpdateParameters, options?: CallOptions): Promise<void>;
}

export interface DistributionApi {
  /** Get image information from the registry: GET /distribution/{name}/json */
  inspect(name: string, options?: CallOptions): Promise<DistributionInspect>;
}

export interface BerthApi {
  /** What a container is on this host: GET /berth/containers/{id}/x-ray */
  containerXray(id: string, options?: CallOptions): Promise<ContainerXray>;
  /** Check the image store, and repair it: POST /berth/system/check */
  storeCheck(parameters?: StoreCheckParameters, options?: CallOptions): Promise<StoreCheckReport>;
  /** What every byte below the data root is for: GET /berth/system/usage */
  systemUsage(options?: CallOptions): Promise<SystemUsageReport>;
  /** Make a volume with the files of another one: POST /berth/volumes/{name}/clone */
  volumeClone(name: string, parameters?: VolumeCloneParameters, options?: CallOptions): Promise<Volume>;
  /** The files of a volume as a tar archive: GET /berth/volumes/{name}/export */
  volumeExport(name: string, options?: CallOptions): Promise<Readable>;
  /** Make a volume with the files of a tar archive: POST /berth/volumes/{name}/import */
  volumeImport(name: string, body: ByteSource, options?: CallOptions): Promise<Volume>;
  /** What Berth changed on the host's network, and why a published port cannot be reached: GET /berth/network/doctor */
  networkDoctor(parameters?: NetworkDoctorParameters, options?: CallOptions): Promise<NetworkDoctorReport>;
}

/** Every operation of the Engine API, by what it is about. */
export interface EngineApi {
  readonly containers: ContainersApi;
  readonly images: ImagesApi;
  readonly builds: BuildsApi;
  readonly system: SystemApi;
  readonly exec: ExecApi;
  readonly volumes: VolumesApi;
  readonly networks: NetworksApi;
  readonly plugins: PluginsApi;
  readonly nodes: NodesApi;
  readonly swarm: SwarmApi;
  readonly services: ServicesApi;
  readonly tasks: TasksApi;
  readonly secrets: SecretsApi;
  readonly configs: ConfigsApi;
  readonly distribution: DistributionApi;
  readonly berth: BerthApi;
}
