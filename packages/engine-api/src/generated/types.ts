// Generated from openapi/v1.55.yaml by scripts/generate.ts. Do not edit.

export interface ImageHistoryResponseItem {
  Id: string;
  Created: number;
  CreatedBy: string;
  Tags: readonly string[] | null;
  Size: number;
  Comment: string;
}

export interface PortSummary {
  IP?: string | undefined;
  PrivatePort: number;
  PublicPort?: number | undefined;
  Type: "tcp" | "udp" | "sctp" | (string & {});
}

export type MountType = "bind" | "cluster" | "image" | "npipe" | "tmpfs" | "volume" | (string & {});

export interface MountPoint {
  Type?: MountType | undefined;
  Name?: string | undefined;
  Source?: string | undefined;
  Destination?: string | undefined;
  Driver?: string | undefined;
  Mode?: string | undefined;
  RW?: boolean | undefined;
  Propagation?: string | undefined;
}

export interface DeviceMapping {
  PathOnHost?: string | undefined;
  PathInContainer?: string | undefined;
  CgroupPermissions?: string | undefined;
}

export interface DeviceRequest {
  Driver?: string | undefined;
  Count?: number | undefined;
  DeviceIDs?: readonly string[] | null | undefined;
  Capabilities?: readonly (readonly string[])[] | null | undefined;
  Options?: Record<string, string> | null | undefined;
}

export interface ThrottleDevice {
  Path?: string | undefined;
  Rate?: number | undefined;
}

export interface Mount {
  Target?: string | undefined;
  Source?: string | undefined;
  Type?: MountType | undefined;
  ReadOnly?: boolean | undefined;
  Consistency?: string | undefined;
  BindOptions?: {
    Propagation?: "private" | "rprivate" | "shared" | "rshared" | "slave" | "rslave" | (string & {}) | undefined;
    NonRecursive?: boolean | undefined;
    CreateMountpoint?: boolean | undefined;
    ReadOnlyNonRecursive?: boolean | undefined;
    ReadOnlyForceRecursive?: boolean | undefined;
  } | null | undefined;
  VolumeOptions?: {
    NoCopy?: boolean | undefined;
    Labels?: Record<string, string> | null | undefined;
    DriverConfig?: {
      Name?: string | undefined;
      Options?: Record<string, string> | null | undefined;
    } | null | undefined;
    Subpath?: string | undefined;
  } | null | undefined;
  ImageOptions?: {
    Subpath?: string | undefined;
  } | null | undefined;
  TmpfsOptions?: {
    SizeBytes?: number | undefined;
    Mode?: number | undefined;
    Options?: readonly (readonly string[])[] | null | undefined;
  } | null | undefined;
}

export interface RestartPolicy {
  Name?: "" | "no" | "always" | "unless-stopped" | "on-failure" | (string & {}) | undefined;
  MaximumRetryCount?: number | undefined;
}

export interface Resources {
  CpuShares?: number | undefined;
  Memory?: number | undefined;
  CgroupParent?: string | undefined;
  BlkioWeight?: number | undefined;
  BlkioWeightDevice?: readonly ({
    Path?: string | undefined;
    Weight?: number | undefined;
  })[] | null | undefined;
  BlkioDeviceReadBps?: readonly ThrottleDevice[] | null | undefined;
  BlkioDeviceWriteBps?: readonly ThrottleDevice[] | null | undefined;
  BlkioDeviceReadIOps?: readonly ThrottleDevice[] | null | undefined;
  BlkioDeviceWriteIOps?: readonly ThrottleDevice[] | null | undefined;
  CpuPeriod?: number | undefined;
  CpuQuota?: number | undefined;
  CpuRealtimePeriod?: number | undefined;
  CpuRealtimeRuntime?: number | undefined;
  CpusetCpus?: string | undefined;
  CpusetMems?: string | undefined;
  Devices?: readonly DeviceMapping[] | null | undefined;
  DeviceCgroupRules?: readonly string[] | null | undefined;
  DeviceRequests?: readonly DeviceRequest[] | null | undefined;
  MemoryReservation?: number | undefined;
  MemorySwap?: number | undefined;
  MemorySwappiness?: number | undefined;
  NanoCpus?: number | undefined;
  OomKillDisable?: boolean | undefined;
  Init?: boolean | null | undefined;
  PidsLimit?: number | null | undefined;
  Ulimits?: readonly ({
    Name?: string | undefined;
    Soft?: number | undefined;
    Hard?: number | undefined;
  })[] | null | undefined;
  CpuCount?: number | undefined;
  CpuPercent?: number | undefined;
  IOMaximumIOps?: number | undefined;
  IOMaximumBandwidth?: number | undefined;
  KernelMemoryTCP?: number | undefined;
}

export interface Limit {
  NanoCPUs?: number | undefined;
  MemoryBytes?: number | undefined;
  Pids?: number | undefined;
}

export interface ResourceObject {
  NanoCPUs?: number | undefined;
  MemoryBytes?: number | undefined;
  GenericResources?: GenericResources | null | undefined;
}

export type GenericResources = readonly ({
  NamedResourceSpec?: {
    Kind?: string | undefined;
    Value?: string | undefined;
  } | null | undefined;
  DiscreteResourceSpec?: {
    Kind?: string | undefined;
    Value?: number | undefined;
  } | null | undefined;
})[];

export interface HealthConfig {
  Test?: readonly string[] | null | undefined;
  Interval?: number | undefined;
  Timeout?: number | undefined;
  Retries?: number | undefined;
  StartPeriod?: number | undefined;
  StartInterval?: number | undefined;
}

export interface Health {
  Status?: "none" | "starting" | "healthy" | "unhealthy" | (string & {}) | undefined;
  FailingStreak?: number | undefined;
  Log?: readonly HealthcheckResult[] | null | undefined;
}

export interface HealthcheckResult {
  Start?: string | undefined;
  End?: string | undefined;
  ExitCode?: number | undefined;
  Output?: string | undefined;
}

export type HostConfig = Resources & {
  Binds?: readonly string[] | null | undefined;
  ContainerIDFile?: string | undefined;
  LogConfig?: {
    Type?: "local" | "json-file" | "syslog" | "journald" | "gelf" | "fluentd" | "awslogs" | "splunk" | "etwlogs" | "none" | (string & {}) | undefined;
    Config?: Record<string, string> | null | undefined;
  } | null | undefined;
  NetworkMode?: string | undefined;
  PortBindings?: PortMap | null | undefined;
  RestartPolicy?: RestartPolicy | null | undefined;
  AutoRemove?: boolean | undefined;
  VolumeDriver?: string | undefined;
  VolumesFrom?: readonly string[] | null | undefined;
  Mounts?: readonly Mount[] | null | undefined;
  ConsoleSize?: readonly number[] | null | undefined;
  Annotations?: Record<string, string> | null | undefined;
  CapAdd?: readonly string[] | null | undefined;
  CapDrop?: readonly string[] | null | undefined;
  CgroupnsMode?: "private" | "host" | (string & {}) | undefined;
  Dns?: readonly string[] | null | undefined;
  DnsOptions?: readonly string[] | null | undefined;
  DnsSearch?: readonly string[] | null | undefined;
  ExtraHosts?: readonly string[] | null | undefined;
  GroupAdd?: readonly string[] | null | undefined;
  IpcMode?: string | undefined;
  Cgroup?: string | undefined;
  Links?: readonly string[] | null | undefined;
  OomScoreAdj?: number | undefined;
  PidMode?: string | undefined;
  Privileged?: boolean | undefined;
  PublishAllPorts?: boolean | undefined;
  ReadonlyRootfs?: boolean | undefined;
  SecurityOpt?: readonly string[] | null | undefined;
  StorageOpt?: Record<string, string> | null | undefined;
  Tmpfs?: Record<string, string> | null | undefined;
  UTSMode?: string | undefined;
  UsernsMode?: string | undefined;
  ShmSize?: number | undefined;
  Sysctls?: Record<string, string> | null | undefined;
  Runtime?: string | null | undefined;
  Isolation?: "default" | "process" | "hyperv" | "" | (string & {}) | undefined;
  MaskedPaths?: readonly string[] | null | undefined;
  ReadonlyPaths?: readonly string[] | null | undefined;
};

export interface ContainerConfig {
  Hostname?: string | undefined;
  Domainname?: string | undefined;
  User?: string | undefined;
  AttachStdin?: boolean | undefined;
  AttachStdout?: boolean | undefined;
  AttachStderr?: boolean | undefined;
  ExposedPorts?: Record<string, Record<string, never>> | null | undefined;
  Tty?: boolean | undefined;
  OpenStdin?: boolean | undefined;
  StdinOnce?: boolean | undefined;
  Env?: readonly string[] | null | undefined;
  Cmd?: readonly string[] | null | undefined;
  Healthcheck?: HealthConfig | null | undefined;
  ArgsEscaped?: boolean | null | undefined;
  Image?: string | undefined;
  Volumes?: Record<string, Record<string, never>> | null | undefined;
  WorkingDir?: string | undefined;
  Entrypoint?: readonly string[] | null | undefined;
  NetworkDisabled?: boolean | null | undefined;
  OnBuild?: readonly string[] | null | undefined;
  Labels?: Record<string, string> | null | undefined;
  StopSignal?: string | null | undefined;
  StopTimeout?: number | null | undefined;
  Shell?: readonly string[] | null | undefined;
  MacAddress?: string | null | undefined;
}

export interface ImageConfig {
  User?: string | undefined;
  ExposedPorts?: Record<string, Record<string, never>> | null | undefined;
  Env?: readonly string[] | null | undefined;
  Cmd?: readonly string[] | null | undefined;
  Healthcheck?: HealthConfig | null | undefined;
  ArgsEscaped?: boolean | null | undefined;
  Volumes?: Record<string, Record<string, never>> | null | undefined;
  WorkingDir?: string | undefined;
  Entrypoint?: readonly string[] | null | undefined;
  OnBuild?: readonly string[] | null | undefined;
  Labels?: Record<string, string> | null | undefined;
  StopSignal?: string | null | undefined;
  Shell?: readonly string[] | null | undefined;
}

export interface NetworkingConfig {
  EndpointsConfig?: Record<string, EndpointSettings> | null | undefined;
}

export interface NetworkSettings {
  SandboxID?: string | undefined;
  SandboxKey?: string | undefined;
  Ports?: PortMap | null | undefined;
  Networks?: Record<string, EndpointSettings> | null | undefined;
  Bridge?: string | undefined;
  HairpinMode?: boolean | undefined;
  LinkLocalIPv6Address?: string | undefined;
  LinkLocalIPv6PrefixLen?: number | undefined;
  SecondaryIPAddresses?: readonly Address[] | null | undefined;
  SecondaryIPv6Addresses?: readonly Address[] | null | undefined;
  EndpointID?: string | undefined;
  Gateway?: string | undefined;
  GlobalIPv6Address?: string | undefined;
  GlobalIPv6PrefixLen?: number | undefined;
  IPAddress?: string | undefined;
  IPPrefixLen?: number | undefined;
  IPv6Gateway?: string | undefined;
  MacAddress?: string | undefined;
}

export interface Address {
  Addr?: string | undefined;
  PrefixLen?: number | undefined;
}

export type PortMap = Record<string, readonly PortBinding[] | null>;

export interface PortBinding {
  HostIp?: string | undefined;
  HostPort?: string | undefined;
}

export interface DriverData {
  Name: string;
  Data: Record<string, string>;
}

export interface Storage {
  RootFS?: RootFSStorage | null | undefined;
}

export interface RootFSStorage {
  Snapshot?: RootFSStorageSnapshot | null | undefined;
}

export interface RootFSStorageSnapshot {
  Name?: string | undefined;
}

export interface FilesystemChange {
  Path: string;
  Kind: ChangeType;
}

export type ChangeType = number;

export interface ImageInspect {
  Id?: string | undefined;
  Descriptor?: OCIDescriptor | null | undefined;
  Manifests?: readonly ImageManifestSummary[] | null | undefined;
  Identity?: Identity | null | undefined;
  RepoTags?: readonly string[] | null | undefined;
  RepoDigests?: readonly string[] | null | undefined;
  Comment?: string | null | undefined;
  Created?: string | null | undefined;
  Author?: string | null | undefined;
  Config?: ImageConfig | null | undefined;
  Architecture?: string | undefined;
  Variant?: string | null | undefined;
  Os?: string | undefined;
  OsVersion?: string | null | undefined;
  Size?: number | undefined;
  GraphDriver?: DriverData | null | undefined;
  RootFS?: {
    Type: string;
    Layers?: readonly string[] | null | undefined;
  } | null | undefined;
  Metadata?: {
    LastTagTime?: string | null | undefined;
  } | null | undefined;
  Parent?: string | undefined;
  DockerVersion?: string | undefined;
}

export interface Identity {
  Signature?: readonly SignatureIdentity[] | null | undefined;
  Pull?: readonly PullIdentity[] | null | undefined;
  Build?: readonly BuildIdentity[] | null | undefined;
}

export interface BuildIdentity {
  Ref?: string | undefined;
  CreatedAt?: string | undefined;
}

export interface PullIdentity {
  Repository?: string | undefined;
}

export interface SignatureIdentity {
  Name?: string | undefined;
  Timestamps?: readonly SignatureTimestamp[] | null | undefined;
  KnownSigner?: KnownSignerIdentity | null | undefined;
  DockerReference?: string | undefined;
  Signer?: SignerIdentity | null | undefined;
  SignatureType?: SignatureType | null | undefined;
  Error?: string | undefined;
  Warnings?: readonly string[] | null | undefined;
}

export interface SignatureTimestamp {
  Type?: SignatureTimestampType | null | undefined;
  URI?: string | undefined;
  Timestamp?: string | undefined;
}

export type SignatureTimestampType = "Tlog" | "TimestampAuthority" | (string & {});

export type SignatureType = "bundle-v0.3" | "simplesigning-v1" | (string & {});

export type KnownSignerIdentity = "DHI" | (string & {});

export interface SignerIdentity {
  CertificateIssuer?: string | undefined;
  SubjectAlternativeName?: string | undefined;
  Issuer?: string | undefined;
  BuildSignerURI?: string | undefined;
  BuildSignerDigest?: string | undefined;
  RunnerEnvironment?: string | undefined;
  SourceRepositoryURI?: string | undefined;
  SourceRepositoryDigest?: string | undefined;
  SourceRepositoryRef?: string | undefined;
  SourceRepositoryIdentifier?: string | undefined;
  SourceRepositoryOwnerURI?: string | undefined;
  SourceRepositoryOwnerIdentifier?: string | undefined;
  BuildConfigURI?: string | undefined;
  BuildConfigDigest?: string | undefined;
  BuildTrigger?: string | undefined;
  RunInvocationURI?: string | undefined;
  SourceRepositoryVisibilityAtSigning?: string | undefined;
}

export interface ImageSummary {
  Id: string;
  ParentId: string;
  RepoTags: readonly string[];
  RepoDigests: readonly string[];
  Created: number;
  Size: number;
  SharedSize: number;
  Labels: Record<string, string>;
  Containers: number;
  Manifests?: readonly ImageManifestSummary[] | undefined;
  Descriptor?: OCIDescriptor | null | undefined;
}

export interface ImagesDiskUsage {
  ActiveCount?: number | undefined;
  TotalCount?: number | undefined;
  Reclaimable?: number | undefined;
  TotalSize?: number | undefined;
  Items?: readonly unknown[] | null | undefined;
}

export interface AuthConfig {
  username?: string | undefined;
  password?: string | undefined;
  serveraddress?: string | undefined;
  email?: string | undefined;
  auth?: string | undefined;
  identitytoken?: string | undefined;
  registrytoken?: string | undefined;
}

export interface AuthResponse {
  Status: string;
  IdentityToken?: string | undefined;
}

export interface ProcessConfig {
  privileged?: boolean | undefined;
  user?: string | undefined;
  tty?: boolean | undefined;
  entrypoint?: string | undefined;
  arguments?: readonly string[] | null | undefined;
}

export interface Volume {
  Name: string;
  Driver: string;
  Mountpoint: string;
  CreatedAt?: string | undefined;
  Status?: Record<string, Record<string, unknown>> | null | undefined;
  Labels: Record<string, string>;
  Scope: "local" | "global" | (string & {});
  ClusterVolume?: ClusterVolume | null | undefined;
  Options: Record<string, string>;
  UsageData?: {
    Size: number;
    RefCount: number;
  } | null | undefined;
}

export interface VolumesDiskUsage {
  ActiveCount?: number | undefined;
  TotalCount?: number | undefined;
  Reclaimable?: number | undefined;
  TotalSize?: number | undefined;
  Items?: readonly unknown[] | null | undefined;
}

export interface VolumeCreateRequest {
  Name?: string | undefined;
  Driver?: string | undefined;
  DriverOpts?: Record<string, string> | null | undefined;
  Labels?: Record<string, string> | null | undefined;
  ClusterVolumeSpec?: ClusterVolumeSpec | null | undefined;
}

export interface VolumeListResponse {
  Volumes?: readonly Volume[] | null | undefined;
  Warnings?: readonly string[] | null | undefined;
}

export interface Network {
  Name?: string | undefined;
  Id?: string | undefined;
  Created?: string | undefined;
  Scope?: string | undefined;
  Driver?: string | undefined;
  EnableIPv4?: boolean | undefined;
  EnableIPv6?: boolean | undefined;
  IPAM?: IPAM | undefined;
  Internal?: boolean | undefined;
  Attachable?: boolean | undefined;
  Ingress?: boolean | undefined;
  ConfigFrom?: ConfigReference | undefined;
  ConfigOnly?: boolean | undefined;
  Options?: Record<string, string> | null | undefined;
  Labels?: Record<string, string> | null | undefined;
  Peers?: readonly PeerInfo[] | null | undefined;
}

export type NetworkSummary = Network;

export interface NetworkInspect {
  Containers?: Record<string, EndpointResource> | null | undefined;
  Services?: Record<string, unknown> | null | undefined;
  Status?: NetworkStatus | null | undefined;
}

export interface NetworkStatus {
  IPAM?: IPAMStatus | null | undefined;
}

export interface ServiceInfo {
  VIP?: string | undefined;
  Ports?: readonly string[] | null | undefined;
  LocalLBIndex?: number | undefined;
  Tasks?: readonly NetworkTaskInfo[] | null | undefined;
}

export interface NetworkTaskInfo {
  Name?: string | undefined;
  EndpointID?: string | undefined;
  EndpointIP?: string | undefined;
  Info?: Record<string, string> | null | undefined;
}

export interface ConfigReference {
  Network?: string | undefined;
}

export interface IPAM {
  Driver?: string | undefined;
  Config?: readonly IPAMConfig[] | null | undefined;
  Options?: Record<string, string> | null | undefined;
}

export interface IPAMConfig {
  Subnet?: string | undefined;
  IPRange?: string | undefined;
  Gateway?: string | undefined;
  AuxiliaryAddresses?: Record<string, string> | null | undefined;
}

export interface IPAMStatus {
  Subnets?: Record<string, SubnetStatus> | null | undefined;
}

export interface SubnetStatus {
  IPsInUse?: number | undefined;
  DynamicIPsAvailable?: number | undefined;
}

export interface EndpointResource {
  Name?: string | undefined;
  EndpointID?: string | undefined;
  MacAddress?: string | undefined;
  IPv4Address?: string | undefined;
  IPv6Address?: string | undefined;
}

export interface PeerInfo {
  Name?: string | undefined;
  IP?: string | undefined;
}

export interface NetworkCreateResponse {
  Id: string;
  Warning: string;
}

export interface BuildInfo {
  id?: string | undefined;
  stream?: string | undefined;
  errorDetail?: ErrorDetail | null | undefined;
  status?: string | undefined;
  progressDetail?: ProgressDetail | null | undefined;
  aux?: ImageID | null | undefined;
  error?: string | null | undefined;
  progress?: string | null | undefined;
}

export interface BuildCache {
  ID?: string | undefined;
  Parents?: readonly string[] | null | undefined;
  Type?: "internal" | "frontend" | "source.local" | "source.git.checkout" | "exec.cachemount" | "regular" | (string & {}) | undefined;
  Description?: string | undefined;
  InUse?: boolean | undefined;
  Shared?: boolean | undefined;
  Size?: number | undefined;
  CreatedAt?: string | undefined;
  LastUsedAt?: string | null | undefined;
  UsageCount?: number | undefined;
}

export interface BuildCacheDiskUsage {
  ActiveCount?: number | undefined;
  TotalCount?: number | undefined;
  Reclaimable?: number | undefined;
  TotalSize?: number | undefined;
  Items?: readonly unknown[] | null | undefined;
}

export interface ImageID {
  ID?: string | undefined;
}

export interface CreateImageInfo {
  id?: string | undefined;
  errorDetail?: ErrorDetail | null | undefined;
  status?: string | undefined;
  progressDetail?: ProgressDetail | null | undefined;
  error?: string | null | undefined;
  progress?: string | null | undefined;
}

export interface PushImageInfo {
  errorDetail?: ErrorDetail | null | undefined;
  status?: string | undefined;
  progressDetail?: ProgressDetail | null | undefined;
  error?: string | null | undefined;
  progress?: string | null | undefined;
}

export interface DeviceInfo {
  Source?: string | undefined;
  ID?: string | undefined;
}

export interface NRIInfo {
  Info?: readonly (readonly string[])[] | null | undefined;
}

export interface ErrorDetail {
  code?: number | undefined;
  message?: string | undefined;
}

export interface ProgressDetail {
  current?: number | undefined;
  total?: number | undefined;
}

export interface ErrorResponse {
  message: string;
}

export interface IDResponse {
  Id: string;
}

export interface NetworkConnectRequest {
  Container: string;
  EndpointConfig?: EndpointSettings | null | undefined;
}

export interface NetworkDisconnectRequest {
  Container: string;
  Force?: boolean | undefined;
}

export interface EndpointSettings {
  IPAMConfig?: EndpointIPAMConfig | null | undefined;
  Links?: readonly string[] | null | undefined;
  MacAddress?: string | undefined;
  Aliases?: readonly string[] | null | undefined;
  DriverOpts?: Record<string, string> | null | undefined;
  GwPriority?: number | undefined;
  NetworkID?: string | undefined;
  EndpointID?: string | undefined;
  Gateway?: string | undefined;
  IPAddress?: string | undefined;
  IPPrefixLen?: number | undefined;
  IPv6Gateway?: string | undefined;
  GlobalIPv6Address?: string | undefined;
  GlobalIPv6PrefixLen?: number | undefined;
  DNSNames?: readonly string[] | null | undefined;
}

export interface EndpointIPAMConfig {
  IPv4Address?: string | undefined;
  IPv6Address?: string | undefined;
  LinkLocalIPs?: readonly string[] | null | undefined;
}

export interface PluginMount {
  Name: string;
  Description: string;
  Settable: readonly string[] | null;
  Source: string;
  Destination: string;
  Type: string;
  Options: readonly string[] | null;
}

export interface PluginDevice {
  Name: string;
  Description: string;
  Settable: readonly string[] | null;
  Path: string;
}

export interface PluginEnv {
  Name: string;
  Description: string;
  Settable: readonly string[] | null;
  Value: string;
}

export interface PluginPrivilege {
  Name?: string | undefined;
  Description?: string | undefined;
  Value?: readonly string[] | null | undefined;
}

export interface Plugin {
  Id?: string | undefined;
  Name: string;
  Enabled: boolean;
  Settings: {
    Mounts: readonly PluginMount[] | null;
    Env: readonly string[] | null;
    Args: readonly string[] | null;
    Devices: readonly PluginDevice[] | null;
  };
  PluginReference?: string | undefined;
  Config: {
    Description: string;
    Documentation: string;
    Interface: {
      Types: readonly string[] | null;
      Socket: string;
      ProtocolScheme?: "" | "moby.plugins.http/v1" | (string & {}) | undefined;
    };
    Entrypoint: readonly string[] | null;
    WorkDir: string;
    User?: {
      UID?: number | undefined;
      GID?: number | undefined;
    } | undefined;
    Network: {
      Type: string;
    };
    Linux: {
      Capabilities: readonly string[] | null;
      AllowAllDevices: boolean;
      Devices: readonly PluginDevice[] | null;
    };
    PropagatedMount: string;
    IpcHost: boolean;
    PidHost: boolean;
    Mounts: readonly PluginMount[] | null;
    Env: readonly PluginEnv[] | null;
    Args: {
      Name: string;
      Description: string;
      Settable: readonly string[] | null;
      Value: readonly string[] | null;
    };
    rootfs?: {
      type?: string | undefined;
      diff_ids?: readonly string[] | null | undefined;
    } | null | undefined;
    DockerVersion?: string | undefined;
  };
}

export interface ObjectVersion {
  Index?: number | undefined;
}

export interface NodeSpec {
  Name?: string | undefined;
  Labels?: Record<string, string> | null | undefined;
  Role?: "worker" | "manager" | (string & {}) | undefined;
  Availability?: "active" | "pause" | "drain" | (string & {}) | undefined;
}

export interface Node {
  ID?: string | undefined;
  Version?: ObjectVersion | null | undefined;
  CreatedAt?: string | undefined;
  UpdatedAt?: string | undefined;
  Spec?: NodeSpec | null | undefined;
  Description?: NodeDescription | null | undefined;
  Status?: NodeStatus | null | undefined;
  ManagerStatus?: ManagerStatus | null | undefined;
}

export interface NodeDescription {
  Hostname?: string | undefined;
  Platform?: Platform | null | undefined;
  Resources?: ResourceObject | null | undefined;
  Engine?: EngineDescription | null | undefined;
  TLSInfo?: TLSInfo | null | undefined;
}

export interface Platform {
  Architecture?: string | undefined;
  OS?: string | undefined;
}

export interface EngineDescription {
  EngineVersion?: string | undefined;
  Labels?: Record<string, string> | null | undefined;
  Plugins?: readonly ({
    Type?: string | undefined;
    Name?: string | undefined;
  })[] | null | undefined;
}

export interface TLSInfo {
  TrustRoot?: string | undefined;
  CertIssuerSubject?: string | undefined;
  CertIssuerPublicKey?: string | undefined;
}

export interface NodeStatus {
  State?: NodeState | null | undefined;
  Message?: string | undefined;
  Addr?: string | undefined;
}

export type NodeState = "unknown" | "down" | "ready" | "disconnected" | (string & {});

export interface ManagerStatus {
  Leader?: boolean | undefined;
  Reachability?: Reachability | null | undefined;
  Addr?: string | undefined;
}

export type Reachability = "unknown" | "unreachable" | "reachable" | (string & {});

export interface SwarmSpec {
  Name?: string | undefined;
  Labels?: Record<string, string> | null | undefined;
  Orchestration?: {
    TaskHistoryRetentionLimit?: number | undefined;
  } | null | undefined;
  Raft?: {
    SnapshotInterval?: number | undefined;
    KeepOldSnapshots?: number | undefined;
    LogEntriesForSlowFollowers?: number | undefined;
    ElectionTick?: number | undefined;
    HeartbeatTick?: number | undefined;
  } | null | undefined;
  Dispatcher?: {
    HeartbeatPeriod?: number | undefined;
  } | null | undefined;
  CAConfig?: {
    NodeCertExpiry?: number | undefined;
    ExternalCAs?: readonly ({
      Protocol?: "cfssl" | (string & {}) | undefined;
      URL?: string | undefined;
      Options?: Record<string, string> | null | undefined;
      CACert?: string | undefined;
    })[] | null | undefined;
    SigningCACert?: string | undefined;
    SigningCAKey?: string | undefined;
    ForceRotate?: number | undefined;
  } | null | undefined;
  EncryptionConfig?: {
    AutoLockManagers?: boolean | undefined;
  } | null | undefined;
  TaskDefaults?: {
    LogDriver?: {
      Name?: string | undefined;
      Options?: Record<string, string> | null | undefined;
    } | null | undefined;
  } | null | undefined;
}

export interface ClusterInfo {
  ID?: string | undefined;
  Version?: ObjectVersion | null | undefined;
  CreatedAt?: string | undefined;
  UpdatedAt?: string | undefined;
  Spec?: SwarmSpec | null | undefined;
  TLSInfo?: TLSInfo | null | undefined;
  RootRotationInProgress?: boolean | undefined;
  DataPathPort?: number | undefined;
  DefaultAddrPool?: readonly string[] | null | undefined;
  SubnetSize?: number | undefined;
}

export interface JoinTokens {
  Worker?: string | undefined;
  Manager?: string | undefined;
}

export type Swarm = ClusterInfo & {
  JoinTokens?: JoinTokens | null | undefined;
};

export interface TaskSpec {
  PluginSpec?: {
    Name?: string | undefined;
    Remote?: string | undefined;
    Disabled?: boolean | undefined;
    PluginPrivilege?: readonly PluginPrivilege[] | null | undefined;
  } | null | undefined;
  ContainerSpec?: {
    Image?: string | undefined;
    Labels?: Record<string, string> | null | undefined;
    Command?: readonly string[] | null | undefined;
    Args?: readonly string[] | null | undefined;
    Hostname?: string | undefined;
    Env?: readonly string[] | null | undefined;
    Dir?: string | undefined;
    User?: string | undefined;
    Groups?: readonly string[] | null | undefined;
    Privileges?: {
      CredentialSpec?: {
        Config?: string | undefined;
        File?: string | undefined;
        Registry?: string | undefined;
      } | null | undefined;
      SELinuxContext?: {
        Disable?: boolean | undefined;
        User?: string | undefined;
        Role?: string | undefined;
        Type?: string | undefined;
        Level?: string | undefined;
      } | null | undefined;
      Seccomp?: {
        Mode?: "default" | "unconfined" | "custom" | (string & {}) | undefined;
        Profile?: string | undefined;
      } | null | undefined;
      AppArmor?: {
        Mode?: "default" | "disabled" | (string & {}) | undefined;
      } | null | undefined;
      NoNewPrivileges?: boolean | undefined;
    } | null | undefined;
    TTY?: boolean | undefined;
    OpenStdin?: boolean | undefined;
    ReadOnly?: boolean | undefined;
    Mounts?: readonly Mount[] | null | undefined;
    StopSignal?: string | undefined;
    StopGracePeriod?: number | undefined;
    HealthCheck?: HealthConfig | null | undefined;
    Hosts?: readonly string[] | null | undefined;
    DNSConfig?: {
      Nameservers?: readonly string[] | null | undefined;
      Search?: readonly string[] | null | undefined;
      Options?: readonly string[] | null | undefined;
    } | null | undefined;
    Secrets?: readonly ({
      File?: {
        Name?: string | undefined;
        UID?: string | undefined;
        GID?: string | undefined;
        Mode?: number | undefined;
      } | null | undefined;
      SecretID?: string | undefined;
      SecretName?: string | undefined;
    })[] | null | undefined;
    OomScoreAdj?: number | undefined;
    Configs?: readonly ({
      File?: {
        Name?: string | undefined;
        UID?: string | undefined;
        GID?: string | undefined;
        Mode?: number | undefined;
      } | null | undefined;
      Runtime?: Record<string, unknown> | null | undefined;
      ConfigID?: string | undefined;
      ConfigName?: string | undefined;
    })[] | null | undefined;
    Isolation?: "default" | "process" | "hyperv" | "" | (string & {}) | undefined;
    Init?: boolean | null | undefined;
    Sysctls?: Record<string, string> | null | undefined;
    CapabilityAdd?: readonly string[] | null | undefined;
    CapabilityDrop?: readonly string[] | null | undefined;
    Ulimits?: readonly ({
      Name?: string | undefined;
      Soft?: number | undefined;
      Hard?: number | undefined;
    })[] | null | undefined;
  } | null | undefined;
  NetworkAttachmentSpec?: {
    ContainerID?: string | undefined;
  } | null | undefined;
  Resources?: {
    Limits?: Limit | null | undefined;
    Reservations?: ResourceObject | null | undefined;
    SwapBytes?: number | null | undefined;
    MemorySwappiness?: number | null | undefined;
  } | null | undefined;
  RestartPolicy?: {
    Condition?: "none" | "on-failure" | "any" | (string & {}) | undefined;
    Delay?: number | undefined;
    MaxAttempts?: number | undefined;
    Window?: number | undefined;
  } | null | undefined;
  Placement?: {
    Constraints?: readonly string[] | null | undefined;
    Preferences?: readonly ({
      Spread?: {
        SpreadDescriptor?: string | undefined;
      } | null | undefined;
    })[] | null | undefined;
    MaxReplicas?: number | undefined;
    Platforms?: readonly Platform[] | null | undefined;
  } | null | undefined;
  ForceUpdate?: number | undefined;
  Runtime?: string | undefined;
  Networks?: readonly NetworkAttachmentConfig[] | null | undefined;
  LogDriver?: {
    Name?: string | undefined;
    Options?: Record<string, string> | null | undefined;
  } | null | undefined;
}

export type TaskState = "new" | "allocated" | "pending" | "assigned" | "accepted" | "preparing" | "ready" | "starting" | "running" | "complete" | "shutdown" | "failed" | "rejected" | "remove" | "orphaned" | (string & {});

export interface ContainerStatus {
  ContainerID?: string | undefined;
  PID?: number | undefined;
  ExitCode?: number | undefined;
}

export interface PortStatus {
  Ports?: readonly EndpointPortConfig[] | null | undefined;
}

export interface TaskStatus {
  Timestamp?: string | undefined;
  State?: TaskState | null | undefined;
  Message?: string | undefined;
  Err?: string | undefined;
  ContainerStatus?: ContainerStatus | null | undefined;
  PortStatus?: PortStatus | null | undefined;
}

export interface NetworkAttachment {
  Network?: Network | null | undefined;
  Addresses?: readonly string[] | null | undefined;
}

export interface Task {
  ID?: string | undefined;
  Version?: ObjectVersion | null | undefined;
  CreatedAt?: string | undefined;
  UpdatedAt?: string | undefined;
  Name?: string | undefined;
  Labels?: Record<string, string> | null | undefined;
  Spec?: TaskSpec | null | undefined;
  ServiceID?: string | undefined;
  Slot?: number | undefined;
  NodeID?: string | undefined;
  AssignedGenericResources?: GenericResources | null | undefined;
  Status?: TaskStatus | null | undefined;
  DesiredState?: TaskState | null | undefined;
  JobIteration?: ObjectVersion | null | undefined;
  NetworksAttachments?: readonly NetworkAttachment[] | null | undefined;
}

export interface ServiceSpec {
  Name?: string | undefined;
  Labels?: Record<string, string> | null | undefined;
  TaskTemplate?: TaskSpec | null | undefined;
  Mode?: {
    Replicated?: {
      Replicas?: number | undefined;
    } | null | undefined;
    Global?: Record<string, unknown> | null | undefined;
    ReplicatedJob?: {
      MaxConcurrent?: number | undefined;
      TotalCompletions?: number | undefined;
    } | null | undefined;
    GlobalJob?: Record<string, unknown> | null | undefined;
  } | null | undefined;
  UpdateConfig?: {
    Parallelism?: number | undefined;
    Delay?: number | undefined;
    FailureAction?: "continue" | "pause" | "rollback" | (string & {}) | undefined;
    Monitor?: number | undefined;
    MaxFailureRatio?: number | undefined;
    Order?: "stop-first" | "start-first" | (string & {}) | undefined;
  } | null | undefined;
  RollbackConfig?: {
    Parallelism?: number | undefined;
    Delay?: number | undefined;
    FailureAction?: "continue" | "pause" | (string & {}) | undefined;
    Monitor?: number | undefined;
    MaxFailureRatio?: number | undefined;
    Order?: "stop-first" | "start-first" | (string & {}) | undefined;
  } | null | undefined;
  Networks?: readonly NetworkAttachmentConfig[] | null | undefined;
  EndpointSpec?: EndpointSpec | null | undefined;
}

export interface EndpointPortConfig {
  Name?: string | undefined;
  Protocol?: "tcp" | "udp" | "sctp" | (string & {}) | undefined;
  TargetPort?: number | undefined;
  PublishedPort?: number | undefined;
  PublishMode?: "ingress" | "host" | (string & {}) | undefined;
}

export interface EndpointSpec {
  Mode?: "vip" | "dnsrr" | (string & {}) | undefined;
  Ports?: readonly EndpointPortConfig[] | null | undefined;
}

export interface Service {
  ID?: string | undefined;
  Version?: ObjectVersion | null | undefined;
  CreatedAt?: string | undefined;
  UpdatedAt?: string | undefined;
  Spec?: ServiceSpec | null | undefined;
  Endpoint?: {
    Spec?: EndpointSpec | null | undefined;
    Ports?: readonly EndpointPortConfig[] | null | undefined;
    VirtualIPs?: readonly ({
      NetworkID?: string | undefined;
      Addr?: string | undefined;
    })[] | null | undefined;
  } | null | undefined;
  UpdateStatus?: {
    State?: "updating" | "paused" | "completed" | (string & {}) | undefined;
    StartedAt?: string | undefined;
    CompletedAt?: string | undefined;
    Message?: string | undefined;
  } | null | undefined;
  ServiceStatus?: {
    RunningTasks?: number | undefined;
    DesiredTasks?: number | undefined;
    CompletedTasks?: number | undefined;
  } | null | undefined;
  JobStatus?: {
    JobIteration?: ObjectVersion | null | undefined;
    LastExecution?: string | undefined;
  } | null | undefined;
}

export interface ImageDeleteResponseItem {
  Untagged?: string | undefined;
  Deleted?: string | undefined;
}

export interface ServiceCreateResponse {
  ID?: string | undefined;
  Warnings?: readonly string[] | null | undefined;
}

export interface ServiceUpdateResponse {
  Warnings?: readonly string[] | null | undefined;
}

export interface ContainerInspectResponse {
  Id?: string | undefined;
  Created?: string | null | undefined;
  Path?: string | undefined;
  Args?: readonly string[] | null | undefined;
  State?: ContainerState | null | undefined;
  Image?: string | undefined;
  ResolvConfPath?: string | undefined;
  HostnamePath?: string | undefined;
  HostsPath?: string | undefined;
  LogPath?: string | null | undefined;
  Name?: string | undefined;
  RestartCount?: number | undefined;
  Driver?: string | undefined;
  Platform?: string | undefined;
  ImageManifestDescriptor?: OCIDescriptor | null | undefined;
  MountLabel?: string | undefined;
  ProcessLabel?: string | undefined;
  AppArmorProfile?: string | undefined;
  ExecIDs?: readonly string[] | null | undefined;
  HostConfig?: HostConfig | null | undefined;
  GraphDriver?: DriverData | null | undefined;
  Storage?: Storage | null | undefined;
  SizeRw?: number | null | undefined;
  SizeRootFs?: number | null | undefined;
  Mounts?: readonly MountPoint[] | null | undefined;
  Config?: ContainerConfig | null | undefined;
  NetworkSettings?: NetworkSettings | null | undefined;
}

export interface ContainerSummary {
  Id?: string | undefined;
  Names?: readonly string[] | null | undefined;
  Image?: string | undefined;
  ImageID?: string | undefined;
  ImageManifestDescriptor?: OCIDescriptor | null | undefined;
  Command?: string | undefined;
  Created?: number | undefined;
  Ports?: readonly PortSummary[] | null | undefined;
  SizeRw?: number | null | undefined;
  SizeRootFs?: number | null | undefined;
  Labels?: Record<string, string> | null | undefined;
  State?: "created" | "running" | "paused" | "restarting" | "exited" | "removing" | "dead" | (string & {}) | undefined;
  Status?: string | undefined;
  HostConfig?: {
    NetworkMode?: string | undefined;
    Annotations?: Record<string, string> | null | undefined;
  } | null | undefined;
  NetworkSettings?: {
    Networks?: Record<string, EndpointSettings> | null | undefined;
  } | null | undefined;
  Mounts?: readonly MountPoint[] | null | undefined;
  Health?: {
    Status?: "none" | "starting" | "healthy" | "unhealthy" | (string & {}) | undefined;
    FailingStreak?: number | undefined;
  } | null | undefined;
}

export interface ContainersDiskUsage {
  ActiveCount?: number | undefined;
  TotalCount?: number | undefined;
  Reclaimable?: number | undefined;
  TotalSize?: number | undefined;
  Items?: readonly unknown[] | null | undefined;
}

export interface Driver {
  Name: string;
  Options?: Record<string, string> | undefined;
}

export interface SecretSpec {
  Name?: string | undefined;
  Labels?: Record<string, string> | null | undefined;
  Data?: string | undefined;
  Driver?: Driver | null | undefined;
  Templating?: Driver | null | undefined;
}

export interface Secret {
  ID?: string | undefined;
  Version?: ObjectVersion | null | undefined;
  CreatedAt?: string | undefined;
  UpdatedAt?: string | undefined;
  Spec?: SecretSpec | null | undefined;
}

export interface ConfigSpec {
  Name?: string | undefined;
  Labels?: Record<string, string> | null | undefined;
  Data?: string | undefined;
  Templating?: Driver | null | undefined;
}

export interface Config {
  ID?: string | undefined;
  Version?: ObjectVersion | null | undefined;
  CreatedAt?: string | undefined;
  UpdatedAt?: string | undefined;
  Spec?: ConfigSpec | null | undefined;
}

export interface ContainerState {
  Status?: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead" | (string & {}) | undefined;
  Running?: boolean | undefined;
  Paused?: boolean | undefined;
  Restarting?: boolean | undefined;
  OOMKilled?: boolean | undefined;
  Dead?: boolean | undefined;
  Pid?: number | undefined;
  ExitCode?: number | undefined;
  Error?: string | undefined;
  StartedAt?: string | undefined;
  FinishedAt?: string | undefined;
  Health?: Health | null | undefined;
}

export interface ContainerCreateResponse {
  Id: string;
  Warnings: readonly string[];
}

export interface ContainerUpdateResponse {
  Warnings?: readonly string[] | null | undefined;
}

export interface ContainerStatsResponse {
  id?: string | null | undefined;
  name?: string | null | undefined;
  os_type?: string | null | undefined;
  read?: string | undefined;
  cpu_stats?: ContainerCPUStats | null | undefined;
  memory_stats?: ContainerMemoryStats | null | undefined;
  networks?: Record<string, ContainerNetworkStats> | null | undefined;
  pids_stats?: ContainerPidsStats | null | undefined;
  blkio_stats?: ContainerBlkioStats | null | undefined;
  num_procs?: number | undefined;
  storage_stats?: ContainerStorageStats | null | undefined;
  preread?: string | undefined;
  precpu_stats?: ContainerCPUStats | null | undefined;
}

export interface ContainerBlkioStats {
  io_service_bytes_recursive?: readonly ContainerBlkioStatEntry[] | null | undefined;
  io_serviced_recursive?: readonly ContainerBlkioStatEntry[] | null | undefined;
  io_queue_recursive?: readonly ContainerBlkioStatEntry[] | null | undefined;
  io_service_time_recursive?: readonly ContainerBlkioStatEntry[] | null | undefined;
  io_wait_time_recursive?: readonly ContainerBlkioStatEntry[] | null | undefined;
  io_merged_recursive?: readonly ContainerBlkioStatEntry[] | null | undefined;
  io_time_recursive?: readonly ContainerBlkioStatEntry[] | null | undefined;
  sectors_recursive?: readonly ContainerBlkioStatEntry[] | null | undefined;
}

export interface ContainerBlkioStatEntry {
  major?: number | undefined;
  minor?: number | undefined;
  op?: string | undefined;
  value?: number | undefined;
}

export interface ContainerCPUStats {
  cpu_usage?: ContainerCPUUsage | null | undefined;
  system_cpu_usage?: number | null | undefined;
  online_cpus?: number | null | undefined;
  throttling_data?: ContainerThrottlingData | null | undefined;
}

export interface ContainerCPUUsage {
  total_usage?: number | undefined;
  percpu_usage?: readonly number[] | null | undefined;
  usage_in_kernelmode?: number | undefined;
  usage_in_usermode?: number | undefined;
}

export interface ContainerPidsStats {
  current?: number | null | undefined;
  limit?: number | null | undefined;
}

export interface ContainerThrottlingData {
  periods?: number | undefined;
  throttled_periods?: number | undefined;
  throttled_time?: number | undefined;
}

export interface ContainerMemoryStats {
  usage?: number | null | undefined;
  max_usage?: number | null | undefined;
  stats?: Record<string, number | null> | null | undefined;
  failcnt?: number | null | undefined;
  limit?: number | null | undefined;
  commitbytes?: number | null | undefined;
  commitpeakbytes?: number | null | undefined;
  privateworkingset?: number | null | undefined;
}

export interface ContainerNetworkStats {
  rx_bytes?: number | undefined;
  rx_packets?: number | undefined;
  rx_errors?: number | undefined;
  rx_dropped?: number | undefined;
  tx_bytes?: number | undefined;
  tx_packets?: number | undefined;
  tx_errors?: number | undefined;
  tx_dropped?: number | undefined;
  endpoint_id?: string | null | undefined;
  instance_id?: string | null | undefined;
}

export interface ContainerStorageStats {
  read_count_normalized?: number | null | undefined;
  read_size_bytes?: number | null | undefined;
  write_count_normalized?: number | null | undefined;
  write_size_bytes?: number | null | undefined;
}

export interface ContainerTopResponse {
  Titles?: readonly string[] | null | undefined;
  Processes?: readonly (readonly string[])[] | null | undefined;
}

export interface ContainerWaitResponse {
  StatusCode: number;
  Error?: ContainerWaitExitError | null | undefined;
}

export interface ContainerWaitExitError {
  Message?: string | undefined;
}

export interface SystemVersion {
  Platform?: {
    Name: string;
  } | null | undefined;
  Components?: readonly ({
    Name: string;
    Version: string;
    Details?: Record<string, unknown> | null | undefined;
  })[] | null | undefined;
  Version?: string | undefined;
  ApiVersion?: string | undefined;
  MinAPIVersion?: string | undefined;
  GitCommit?: string | undefined;
  GoVersion?: string | undefined;
  Os?: string | undefined;
  Arch?: string | undefined;
  KernelVersion?: string | undefined;
  Experimental?: boolean | undefined;
  BuildTime?: string | undefined;
}

export interface SystemInfo {
  ID?: string | undefined;
  Containers?: number | undefined;
  ContainersRunning?: number | undefined;
  ContainersPaused?: number | undefined;
  ContainersStopped?: number | undefined;
  Images?: number | undefined;
  Driver?: string | undefined;
  DriverStatus?: readonly (readonly string[])[] | null | undefined;
  DockerRootDir?: string | undefined;
  Plugins?: PluginsInfo | null | undefined;
  MemoryLimit?: boolean | undefined;
  SwapLimit?: boolean | undefined;
  CpuCfsPeriod?: boolean | undefined;
  CpuCfsQuota?: boolean | undefined;
  CPUShares?: boolean | undefined;
  CPUSet?: boolean | undefined;
  PidsLimit?: boolean | undefined;
  OomKillDisable?: boolean | undefined;
  IPv4Forwarding?: boolean | undefined;
  Debug?: boolean | undefined;
  NFd?: number | undefined;
  NGoroutines?: number | undefined;
  SystemTime?: string | undefined;
  LoggingDriver?: string | undefined;
  CgroupDriver?: "cgroupfs" | "systemd" | "none" | (string & {}) | undefined;
  CgroupVersion?: "1" | "2" | (string & {}) | undefined;
  NEventsListener?: number | undefined;
  KernelVersion?: string | undefined;
  OperatingSystem?: string | undefined;
  OSVersion?: string | undefined;
  OSType?: string | undefined;
  Architecture?: string | undefined;
  NCPU?: number | undefined;
  MemTotal?: number | undefined;
  IndexServerAddress?: string | undefined;
  RegistryConfig?: RegistryServiceConfig | null | undefined;
  GenericResources?: GenericResources | null | undefined;
  HttpProxy?: string | undefined;
  HttpsProxy?: string | undefined;
  NoProxy?: string | undefined;
  Name?: string | undefined;
  Labels?: readonly string[] | null | undefined;
  ExperimentalBuild?: boolean | undefined;
  ServerVersion?: string | undefined;
  Runtimes?: Record<string, Runtime> | null | undefined;
  DefaultRuntime?: string | undefined;
  Swarm?: SwarmInfo | null | undefined;
  LiveRestoreEnabled?: boolean | undefined;
  Isolation?: "default" | "hyperv" | "process" | "" | (string & {}) | undefined;
  InitBinary?: string | undefined;
  ContainerdCommit?: Commit | null | undefined;
  RuncCommit?: Commit | null | undefined;
  InitCommit?: Commit | null | undefined;
  SecurityOptions?: readonly string[] | null | undefined;
  ProductLicense?: string | undefined;
  DefaultAddressPools?: readonly ({
    Base?: string | undefined;
    Size?: number | undefined;
  })[] | null | undefined;
  FirewallBackend?: FirewallInfo | null | undefined;
  DiscoveredDevices?: readonly DeviceInfo[] | null | undefined;
  NRI?: NRIInfo | null | undefined;
  Warnings?: readonly string[] | null | undefined;
  CDISpecDirs?: readonly string[] | null | undefined;
  Containerd?: ContainerdInfo | null | undefined;
  KernelMemoryTCP?: boolean | undefined;
}

export interface ContainerdInfo {
  Address?: string | undefined;
  Namespaces?: {
    Containers?: string | undefined;
    Plugins?: string | undefined;
  } | null | undefined;
}

export interface FirewallInfo {
  Driver?: string | undefined;
  Info?: readonly (readonly string[])[] | null | undefined;
}

export interface PluginsInfo {
  Volume?: readonly string[] | null | undefined;
  Network?: readonly string[] | null | undefined;
  Authorization?: readonly string[] | null | undefined;
  Log?: readonly string[] | null | undefined;
}

export interface RegistryServiceConfig {
  InsecureRegistryCIDRs?: readonly string[] | null | undefined;
  IndexConfigs?: Record<string, IndexInfo> | null | undefined;
  Mirrors?: readonly string[] | null | undefined;
}

export interface IndexInfo {
  Name?: string | undefined;
  Mirrors?: readonly string[] | null | undefined;
  Secure?: boolean | undefined;
  Official?: boolean | undefined;
}

export interface Runtime {
  path?: string | undefined;
  runtimeArgs?: readonly string[] | null | undefined;
  status?: Record<string, string> | null | undefined;
}

export interface Commit {
  ID?: string | undefined;
}

export interface SwarmInfo {
  NodeID?: string | undefined;
  NodeAddr?: string | undefined;
  LocalNodeState?: LocalNodeState | null | undefined;
  ControlAvailable?: boolean | undefined;
  Error?: string | undefined;
  RemoteManagers?: readonly PeerNode[] | null | undefined;
  Nodes?: number | null | undefined;
  Managers?: number | null | undefined;
  Cluster?: ClusterInfo | null | undefined;
}

export type LocalNodeState = "" | "inactive" | "pending" | "active" | "error" | "locked" | (string & {});

export interface PeerNode {
  NodeID?: string | undefined;
  Addr?: string | undefined;
}

export interface NetworkAttachmentConfig {
  Target?: string | undefined;
  Aliases?: readonly string[] | null | undefined;
  DriverOpts?: Record<string, string> | null | undefined;
}

export interface EventActor {
  ID?: string | undefined;
  Attributes?: Record<string, string> | null | undefined;
}

export interface EventMessage {
  Type?: "builder" | "config" | "container" | "daemon" | "image" | "network" | "node" | "plugin" | "secret" | "service" | "volume" | (string & {}) | undefined;
  Action?: string | undefined;
  Actor?: EventActor | null | undefined;
  scope?: "local" | "swarm" | (string & {}) | undefined;
  time?: number | undefined;
  timeNano?: number | undefined;
}

export interface OCIDescriptor {
  mediaType?: string | undefined;
  digest?: string | undefined;
  size?: number | undefined;
  urls?: readonly string[] | null | undefined;
  annotations?: Record<string, string> | null | undefined;
  data?: string | null | undefined;
  platform?: OCIPlatform | null | undefined;
  artifactType?: string | null | undefined;
}

export interface OCIPlatform {
  architecture?: string | undefined;
  os?: string | undefined;
  "os.version"?: string | undefined;
  "os.features"?: readonly string[] | null | undefined;
  variant?: string | undefined;
}

export interface DistributionInspect {
  Descriptor: OCIDescriptor;
  Platforms: readonly OCIPlatform[] | null;
}

export interface ClusterVolume {
  ID?: string | undefined;
  Version?: ObjectVersion | null | undefined;
  CreatedAt?: string | undefined;
  UpdatedAt?: string | undefined;
  Spec?: ClusterVolumeSpec | null | undefined;
  Info?: {
    CapacityBytes?: number | undefined;
    VolumeContext?: Record<string, string> | null | undefined;
    VolumeID?: string | undefined;
    AccessibleTopology?: readonly Topology[] | null | undefined;
  } | null | undefined;
  PublishStatus?: readonly ({
    NodeID?: string | undefined;
    State?: "pending-publish" | "published" | "pending-node-unpublish" | "pending-controller-unpublish" | (string & {}) | undefined;
    PublishContext?: Record<string, string> | null | undefined;
  })[] | null | undefined;
}

export interface ClusterVolumeSpec {
  Group?: string | undefined;
  AccessMode?: {
    Scope?: "single" | "multi" | (string & {}) | undefined;
    Sharing?: "none" | "readonly" | "onewriter" | "all" | (string & {}) | undefined;
    MountVolume?: Record<string, unknown> | null | undefined;
    Secrets?: readonly ({
      Key?: string | undefined;
      Secret?: string | undefined;
    })[] | null | undefined;
    AccessibilityRequirements?: {
      Requisite?: readonly Topology[] | null | undefined;
      Preferred?: readonly Topology[] | null | undefined;
    } | null | undefined;
    CapacityRange?: {
      RequiredBytes?: number | undefined;
      LimitBytes?: number | undefined;
    } | null | undefined;
    Availability?: "active" | "pause" | "drain" | (string & {}) | undefined;
  } | null | undefined;
}

export interface Topology {
  Segments?: Record<string, string> | null | undefined;
}

export interface AttestationStatement {
  Descriptor: OCIDescriptor;
  PredicateType: string;
  Statement?: Record<string, unknown> | null | undefined;
}

export interface ImageManifestSummary {
  ID: string;
  Descriptor: OCIDescriptor;
  Available: boolean;
  Size: {
    Total: number;
    Content: number;
  };
  Kind: "image" | "attestation" | "unknown" | (string & {});
  ImageData?: {
    Platform: OCIPlatform;
    Identity?: Identity | null | undefined;
    Containers: readonly string[] | null;
    Size: {
      Unpacked: number;
    };
  } | null | undefined;
  AttestationData?: {
    For: string;
  } | null | undefined;
}

export interface NetworkDoctorReport {
  Changes: readonly NetworkHostChange[];
  Findings: readonly NetworkFinding[];
}

export interface NetworkHostChange {
  Kind: string;
  Name: string;
  Value: string;
  Reason: string;
}

export interface NetworkFinding {
  Level: string;
  Subject: string;
  Text: string;
  Hint?: string | undefined;
}

export interface SystemUsageReport {
  Root: string;
  Bytes: number;
  Files: number;
  Entries: readonly SystemUsageEntry[];
}

export interface SystemUsageEntry {
  Kind: string;
  Path: string;
  Name: string;
  Bytes: number;
  Files: number;
  UsedBy: readonly string[];
}

export interface StoreCheckReport {
  Images: number;
  Blobs: number;
  Bytes: number;
  Layers: number;
  Problems: readonly StoreProblem[];
}

export interface StoreProblem {
  Kind: string;
  Digest: string;
  State: string;
  Detail: string;
  Images: readonly string[];
  Repaired: boolean;
  Reason?: string | undefined;
}

export interface ContainerXray {
  Id: string;
  Name: string;
  Image: string;
  Status: string;
  Running: boolean;
  Processes: readonly XrayProcess[];
  Namespaces: readonly XrayNamespace[];
  Cgroup: XrayCgroup;
  Security: XraySecurity;
  Layers: readonly XrayLayer[];
  Mounts: readonly XrayMount[];
  Networks: readonly XrayInterface[];
  Ports: readonly XrayPort[];
  Firewall: readonly XrayFirewallElement[];
  Shim: XrayShim;
  Log: XrayLog;
}

export interface XrayProcess {
  Pid: number;
  ParentPid: number;
  ContainerPid: number;
  User: number;
  State: string;
  Command: string;
  Memory: number;
}

export interface XrayNamespace {
  Type: string;
  Inode: number;
  SharedWith: readonly string[];
}

export interface XrayCgroup {
  Version: string;
  Path: string;
  Resources: readonly XrayResource[];
}

export interface XrayResource {
  Name: string;
  Unit: string;
  Current?: number | undefined;
  Limit?: number | undefined;
}

export interface XraySecurity {
  Privileged: boolean;
  Capabilities: readonly string[];
  Seccomp: string;
  NoNewPrivileges: boolean;
  ReadonlyRoot: boolean;
}

export interface XrayLayer {
  ChainId?: string | undefined;
  Path: string;
  Bytes: number;
  Writable: boolean;
}

export interface XrayMount {
  Type: string;
  Name?: string | undefined;
  Source: string;
  Destination: string;
  Writable: boolean;
}

export interface XrayInterface {
  Network: string;
  Interface: string;
  MacAddress?: string | undefined;
  Addresses: readonly string[];
  Gateway?: string | undefined;
  HostInterface?: string | undefined;
  Bridge?: string | undefined;
}

export interface XrayPort {
  Protocol: string;
  HostAddress: string;
  HostPort: number;
  ContainerPort: number;
}

export interface XrayFirewallElement {
  Table: string;
  Set: string;
  Element: string;
}

export interface XrayShim {
  Pid?: number | undefined;
  Memory?: number | undefined;
  Runtime: string;
  Bundle?: string | undefined;
}

export interface XrayLog {
  Driver: string;
  Path?: string | undefined;
  Bytes?: number | undefined;
}

export type ContainerCreateRequest = ContainerConfig & {
  HostConfig?: HostConfig | null | undefined;
  NetworkingConfig?: NetworkingConfig | null | undefined;
};

export type ContainerUpdateRequest = Resources & {
  RestartPolicy?: RestartPolicy | null | undefined;
};

export interface ContainerPruneResponse {
  ContainersDeleted?: readonly string[] | null | undefined;
  SpaceReclaimed?: number | undefined;
}

export interface BuildPruneResponse {
  CachesDeleted?: readonly string[] | null | undefined;
  SpaceReclaimed?: number | undefined;
}

export interface ImageSearchResponseItem {
  description?: string | undefined;
  is_official?: boolean | undefined;
  is_automated?: boolean | undefined;
  name?: string | undefined;
  star_count?: number | undefined;
}

export interface ImagePruneResponse {
  ImagesDeleted?: readonly ImageDeleteResponseItem[] | null | undefined;
  SpaceReclaimed?: number | undefined;
}

export interface SystemDataUsageResponse {
  ImageUsage?: ImagesDiskUsage | null | undefined;
  ContainerUsage?: ContainersDiskUsage | null | undefined;
  VolumeUsage?: VolumesDiskUsage | null | undefined;
  BuildCacheUsage?: BuildCacheDiskUsage | null | undefined;
  LayersSize?: number | undefined;
  Images?: readonly ImageSummary[] | null | undefined;
  Containers?: readonly ContainerSummary[] | null | undefined;
  Volumes?: readonly Volume[] | null | undefined;
  BuildCache?: readonly BuildCache[] | null | undefined;
}

export interface ExecConfig {
  AttachStdin?: boolean | undefined;
  AttachStdout?: boolean | undefined;
  AttachStderr?: boolean | undefined;
  ConsoleSize?: readonly number[] | null | undefined;
  DetachKeys?: string | undefined;
  Tty?: boolean | undefined;
  Env?: readonly string[] | null | undefined;
  Cmd?: readonly string[] | null | undefined;
  Privileged?: boolean | undefined;
  User?: string | undefined;
  WorkingDir?: string | undefined;
}

export interface ExecStartConfig {
  Detach?: boolean | undefined;
  Tty?: boolean | undefined;
  ConsoleSize?: readonly number[] | null | undefined;
}

export interface ExecInspectResponse {
  CanRemove?: boolean | undefined;
  DetachKeys?: string | undefined;
  ID?: string | undefined;
  Running?: boolean | undefined;
  ExitCode?: number | undefined;
  ProcessConfig?: ProcessConfig | null | undefined;
  OpenStdin?: boolean | undefined;
  OpenStderr?: boolean | undefined;
  OpenStdout?: boolean | undefined;
  ContainerID?: string | undefined;
  Pid?: number | undefined;
}

export interface VolumeUpdateRequest {
  Spec?: ClusterVolumeSpec | null | undefined;
}

export interface VolumePruneResponse {
  VolumesDeleted?: readonly string[] | null | undefined;
  SpaceReclaimed?: number | undefined;
}

export interface NetworkCreateRequest {
  Name: string;
  Driver?: string | undefined;
  Scope?: string | undefined;
  Internal?: boolean | undefined;
  Attachable?: boolean | undefined;
  Ingress?: boolean | undefined;
  ConfigOnly?: boolean | undefined;
  ConfigFrom?: ConfigReference | null | undefined;
  IPAM?: IPAM | null | undefined;
  EnableIPv4?: boolean | undefined;
  EnableIPv6?: boolean | undefined;
  Options?: Record<string, string> | null | undefined;
  Labels?: Record<string, string> | null | undefined;
}

export interface NetworkPruneResponse {
  NetworksDeleted?: readonly string[] | null | undefined;
}

export type PluginPullRequest = readonly PluginPrivilege[];

export type PluginUpgradeRequest = readonly PluginPrivilege[];

export type PluginSetRequest = readonly string[];

export interface SwarmInitRequest {
  ListenAddr?: string | undefined;
  AdvertiseAddr?: string | undefined;
  DataPathAddr?: string | undefined;
  DataPathPort?: number | undefined;
  DefaultAddrPool?: readonly string[] | null | undefined;
  ForceNewCluster?: boolean | undefined;
  SubnetSize?: number | undefined;
  Spec?: SwarmSpec | null | undefined;
}

export interface SwarmJoinRequest {
  ListenAddr: string;
  AdvertiseAddr?: string | undefined;
  DataPathAddr?: string | undefined;
  RemoteAddrs: readonly string[] | null;
  JoinToken: string;
}

export interface UnlockKeyResponse {
  UnlockKey?: string | undefined;
}

export interface SwarmUnlockRequest {
  UnlockKey?: string | undefined;
}

export type ServiceCreateRequest = ServiceSpec & Record<string, unknown>;

export type ServiceUpdateRequest = ServiceSpec & Record<string, unknown>;

export type SecretCreateRequest = SecretSpec & Record<string, unknown>;

export type ConfigCreateRequest = ConfigSpec & Record<string, unknown>;
