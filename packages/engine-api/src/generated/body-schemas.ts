// Generated from openapi/v1.55.yaml by scripts/generate.ts. Do not edit.

import type { BodySchema } from '../body-schema.ts';
import type * as types from './types.ts';

/** The decoded type of each request body, by schema name. */
export interface BodyTypes {
  ContainerCreateRequest: types.ContainerCreateRequest;
  ContainerUpdateRequest: types.ContainerUpdateRequest;
  AuthConfig: types.AuthConfig;
  ContainerConfig: types.ContainerConfig;
  ExecConfig: types.ExecConfig;
  ExecStartConfig: types.ExecStartConfig;
  VolumeCreateRequest: types.VolumeCreateRequest;
  VolumeUpdateRequest: types.VolumeUpdateRequest;
  NetworkCreateRequest: types.NetworkCreateRequest;
  NetworkConnectRequest: types.NetworkConnectRequest;
  NetworkDisconnectRequest: types.NetworkDisconnectRequest;
  PluginPullRequest: types.PluginPullRequest;
  PluginUpgradeRequest: types.PluginUpgradeRequest;
  PluginSetRequest: types.PluginSetRequest;
  NodeSpec: types.NodeSpec;
  SwarmInitRequest: types.SwarmInitRequest;
  SwarmJoinRequest: types.SwarmJoinRequest;
  SwarmSpec: types.SwarmSpec;
  SwarmUnlockRequest: types.SwarmUnlockRequest;
  ServiceCreateRequest: types.ServiceCreateRequest;
  ServiceUpdateRequest: types.ServiceUpdateRequest;
  SecretCreateRequest: types.SecretCreateRequest;
  SecretSpec: types.SecretSpec;
  ConfigCreateRequest: types.ConfigCreateRequest;
  ConfigSpec: types.ConfigSpec;
}

export const bodySchemas: Readonly<Record<string, BodySchema>> = {
  ContainerCreateRequest: { all: [{ ref: 'ContainerConfig' }, { object: { "HostConfig": { ref: 'HostConfig' }, "NetworkingConfig": { ref: 'NetworkingConfig' } } }] },
  ContainerUpdateRequest: { all: [{ ref: 'Resources' }, { object: { "RestartPolicy": { ref: 'RestartPolicy' } } }] },
  AuthConfig: { object: { "username": 'string', "password": 'string', "serveraddress": 'string', "email": 'string', "auth": 'string', "identitytoken": 'string', "registrytoken": 'string' } },
  ContainerConfig: { object: { "Hostname": 'string', "Domainname": 'string', "User": 'string', "AttachStdin": 'boolean', "AttachStdout": 'boolean', "AttachStderr": 'boolean', "ExposedPorts": { map: { map: 'any' } }, "Tty": 'boolean', "OpenStdin": 'boolean', "StdinOnce": 'boolean', "Env": { array: 'string' }, "Cmd": 'strings', "Healthcheck": { ref: 'HealthConfig' }, "ArgsEscaped": 'boolean', "Image": 'string', "Volumes": { map: { map: 'any' } }, "WorkingDir": 'string', "Entrypoint": 'strings', "NetworkDisabled": 'boolean', "OnBuild": { array: 'string' }, "Labels": { map: 'string' }, "StopSignal": 'string', "StopTimeout": 'int64', "Shell": 'strings', "MacAddress": 'string' } },
  ExecConfig: { object: { "AttachStdin": 'boolean', "AttachStdout": 'boolean', "AttachStderr": 'boolean', "ConsoleSize": { array: 'int64' }, "DetachKeys": 'string', "Tty": 'boolean', "Env": { array: 'string' }, "Cmd": { array: 'string' }, "Privileged": 'boolean', "User": 'string', "WorkingDir": 'string' } },
  ExecStartConfig: { object: { "Detach": 'boolean', "Tty": 'boolean', "ConsoleSize": { array: 'int64' } } },
  VolumeCreateRequest: { object: { "Name": 'string', "Driver": 'string', "DriverOpts": { map: 'string' }, "Labels": { map: 'string' }, "ClusterVolumeSpec": { ref: 'ClusterVolumeSpec' } } },
  VolumeUpdateRequest: { object: { "Spec": { ref: 'ClusterVolumeSpec' } } },
  NetworkCreateRequest: { object: { "Name": 'string', "Driver": 'string', "Scope": 'string', "Internal": 'boolean', "Attachable": 'boolean', "Ingress": 'boolean', "ConfigOnly": 'boolean', "ConfigFrom": { ref: 'ConfigReference' }, "IPAM": { ref: 'IPAM' }, "EnableIPv4": 'boolean', "EnableIPv6": 'boolean', "Options": { map: 'string' }, "Labels": { map: 'string' } } },
  NetworkConnectRequest: { object: { "Container": 'string', "EndpointConfig": { ref: 'EndpointSettings' } } },
  NetworkDisconnectRequest: { object: { "Container": 'string', "Force": 'boolean' } },
  PluginPullRequest: { array: { ref: 'PluginPrivilege' } },
  PluginUpgradeRequest: { array: { ref: 'PluginPrivilege' } },
  PluginSetRequest: { array: 'string' },
  NodeSpec: { object: { "Name": 'string', "Labels": { map: 'string' }, "Role": 'string', "Availability": 'string' } },
  SwarmInitRequest: { object: { "ListenAddr": 'string', "AdvertiseAddr": 'string', "DataPathAddr": 'string', "DataPathPort": 'uint32', "DefaultAddrPool": { array: 'string' }, "ForceNewCluster": 'boolean', "SubnetSize": 'uint32', "Spec": { ref: 'SwarmSpec' } } },
  SwarmJoinRequest: { object: { "ListenAddr": 'string', "AdvertiseAddr": 'string', "DataPathAddr": 'string', "RemoteAddrs": { array: 'string' }, "JoinToken": 'string' } },
  SwarmSpec: { object: { "Name": 'string', "Labels": { map: 'string' }, "Orchestration": { object: { "TaskHistoryRetentionLimit": 'int64' } }, "Raft": { object: { "SnapshotInterval": 'uint64', "KeepOldSnapshots": 'uint64', "LogEntriesForSlowFollowers": 'uint64', "ElectionTick": 'int64', "HeartbeatTick": 'int64' } }, "Dispatcher": { object: { "HeartbeatPeriod": 'int64' } }, "CAConfig": { object: { "NodeCertExpiry": 'int64', "ExternalCAs": { array: { object: { "Protocol": 'string', "URL": 'string', "Options": { map: 'string' }, "CACert": 'string' } } }, "SigningCACert": 'string', "SigningCAKey": 'string', "ForceRotate": 'uint64' } }, "EncryptionConfig": { object: { "AutoLockManagers": 'boolean' } }, "TaskDefaults": { object: { "LogDriver": { object: { "Name": 'string', "Options": { map: 'string' } } } } } } },
  SwarmUnlockRequest: { object: { "UnlockKey": 'string' } },
  ServiceCreateRequest: { all: [{ ref: 'ServiceSpec' }, { map: 'any' }] },
  ServiceUpdateRequest: { all: [{ ref: 'ServiceSpec' }, { map: 'any' }] },
  SecretCreateRequest: { all: [{ ref: 'SecretSpec' }, { map: 'any' }] },
  SecretSpec: { object: { "Name": 'string', "Labels": { map: 'string' }, "Data": 'string', "Driver": { ref: 'Driver' }, "Templating": { ref: 'Driver' } } },
  ConfigCreateRequest: { all: [{ ref: 'ConfigSpec' }, { map: 'any' }] },
  ConfigSpec: { object: { "Name": 'string', "Labels": { map: 'string' }, "Data": 'string', "Templating": { ref: 'Driver' } } },
  HostConfig: { all: [{ ref: 'Resources' }, { object: { "Binds": { array: 'string' }, "ContainerIDFile": 'string', "LogConfig": { object: { "Type": 'string', "Config": { map: 'string' } } }, "NetworkMode": 'string', "PortBindings": { ref: 'PortMap' }, "RestartPolicy": { ref: 'RestartPolicy' }, "AutoRemove": 'boolean', "VolumeDriver": 'string', "VolumesFrom": { array: 'string' }, "Mounts": { array: { ref: 'Mount' } }, "ConsoleSize": { array: 'int64' }, "Annotations": { map: 'string' }, "CapAdd": 'strings', "CapDrop": 'strings', "CgroupnsMode": 'string', "Dns": { array: 'string' }, "DnsOptions": { array: 'string' }, "DnsSearch": { array: 'string' }, "ExtraHosts": { array: 'string' }, "GroupAdd": { array: 'string' }, "IpcMode": 'string', "Cgroup": 'string', "Links": { array: 'string' }, "OomScoreAdj": 'int64', "PidMode": 'string', "Privileged": 'boolean', "PublishAllPorts": 'boolean', "ReadonlyRootfs": 'boolean', "SecurityOpt": { array: 'string' }, "StorageOpt": { map: 'string' }, "Tmpfs": { map: 'string' }, "UTSMode": 'string', "UsernsMode": 'string', "ShmSize": 'int64', "Sysctls": { map: 'string' }, "Runtime": 'string', "Isolation": 'string', "MaskedPaths": { array: 'string' }, "ReadonlyPaths": { array: 'string' } } }] },
  NetworkingConfig: { object: { "EndpointsConfig": { map: { ref: 'EndpointSettings' } } } },
  Resources: { object: { "CpuShares": 'int64', "Memory": 'int64', "CgroupParent": 'string', "BlkioWeight": 'int64', "BlkioWeightDevice": { array: { object: { "Path": 'string', "Weight": 'int64' } } }, "BlkioDeviceReadBps": { array: { ref: 'ThrottleDevice' } }, "BlkioDeviceWriteBps": { array: { ref: 'ThrottleDevice' } }, "BlkioDeviceReadIOps": { array: { ref: 'ThrottleDevice' } }, "BlkioDeviceWriteIOps": { array: { ref: 'ThrottleDevice' } }, "CpuPeriod": 'int64', "CpuQuota": 'int64', "CpuRealtimePeriod": 'int64', "CpuRealtimeRuntime": 'int64', "CpusetCpus": 'string', "CpusetMems": 'string', "Devices": { array: { ref: 'DeviceMapping' } }, "DeviceCgroupRules": { array: 'string' }, "DeviceRequests": { array: { ref: 'DeviceRequest' } }, "MemoryReservation": 'int64', "MemorySwap": 'int64', "MemorySwappiness": 'int64', "NanoCpus": 'int64', "OomKillDisable": 'boolean', "Init": 'boolean', "PidsLimit": 'int64', "Ulimits": { array: { object: { "Name": 'string', "Soft": 'int64', "Hard": 'int64' } } }, "CpuCount": 'int64', "CpuPercent": 'int64', "IOMaximumIOps": 'int64', "IOMaximumBandwidth": 'int64', "KernelMemoryTCP": 'int64' } },
  RestartPolicy: { object: { "Name": 'string', "MaximumRetryCount": 'int64' } },
  HealthConfig: { object: { "Test": { array: 'string' }, "Interval": 'int64', "Timeout": 'int64', "Retries": 'int64', "StartPeriod": 'int64', "StartInterval": 'int64' } },
  ClusterVolumeSpec: { object: { "Group": 'string', "AccessMode": { object: { "Scope": 'string', "Sharing": 'string', "MountVolume": { map: 'any' }, "Secrets": { array: { object: { "Key": 'string', "Secret": 'string' } } }, "AccessibilityRequirements": { object: { "Requisite": { array: { ref: 'Topology' } }, "Preferred": { array: { ref: 'Topology' } } } }, "CapacityRange": { object: { "RequiredBytes": 'int64', "LimitBytes": 'int64' } }, "Availability": 'string' } } } },
  ConfigReference: { object: { "Network": 'string' } },
  IPAM: { object: { "Driver": 'string', "Config": { array: { ref: 'IPAMConfig' } }, "Options": { map: 'string' } } },
  EndpointSettings: { object: { "IPAMConfig": { ref: 'EndpointIPAMConfig' }, "Links": { array: 'string' }, "MacAddress": 'string', "Aliases": { array: 'string' }, "DriverOpts": { map: 'string' }, "GwPriority": 'int64', "NetworkID": 'string', "EndpointID": 'string', "Gateway": 'string', "IPAddress": 'string', "IPPrefixLen": 'int64', "IPv6Gateway": 'string', "GlobalIPv6Address": 'string', "GlobalIPv6PrefixLen": 'int64', "DNSNames": { array: 'string' } } },
  PluginPrivilege: { object: { "Name": 'string', "Description": 'string', "Value": { array: 'string' } } },
  ServiceSpec: { object: { "Name": 'string', "Labels": { map: 'string' }, "TaskTemplate": { ref: 'TaskSpec' }, "Mode": { object: { "Replicated": { object: { "Replicas": 'int64' } }, "Global": { map: 'any' }, "ReplicatedJob": { object: { "MaxConcurrent": 'int64', "TotalCompletions": 'int64' } }, "GlobalJob": { map: 'any' } } }, "UpdateConfig": { object: { "Parallelism": 'int64', "Delay": 'int64', "FailureAction": 'string', "Monitor": 'int64', "MaxFailureRatio": 'float64', "Order": 'string' } }, "RollbackConfig": { object: { "Parallelism": 'int64', "Delay": 'int64', "FailureAction": 'string', "Monitor": 'int64', "MaxFailureRatio": 'float64', "Order": 'string' } }, "Networks": { array: { ref: 'NetworkAttachmentConfig' } }, "EndpointSpec": { ref: 'EndpointSpec' } } },
  Driver: { object: { "Name": 'string', "Options": { map: 'string' } } },
  PortMap: { map: { array: { ref: 'PortBinding' } } },
  Mount: { object: { "Target": 'string', "Source": 'string', "Type": { ref: 'MountType' }, "ReadOnly": 'boolean', "Consistency": 'string', "BindOptions": { object: { "Propagation": 'string', "NonRecursive": 'boolean', "CreateMountpoint": 'boolean', "ReadOnlyNonRecursive": 'boolean', "ReadOnlyForceRecursive": 'boolean' } }, "VolumeOptions": { object: { "NoCopy": 'boolean', "Labels": { map: 'string' }, "DriverConfig": { object: { "Name": 'string', "Options": { map: 'string' } } }, "Subpath": 'string' } }, "ImageOptions": { object: { "Subpath": 'string' } }, "TmpfsOptions": { object: { "SizeBytes": 'int64', "Mode": 'int64', "Options": { array: { array: 'string' } } } } } },
  ThrottleDevice: { object: { "Path": 'string', "Rate": 'int64' } },
  DeviceMapping: { object: { "PathOnHost": 'string', "PathInContainer": 'string', "CgroupPermissions": 'string' } },
  DeviceRequest: { object: { "Driver": 'string', "Count": 'int64', "DeviceIDs": { array: 'string' }, "Capabilities": { array: { array: 'string' } }, "Options": { map: 'string' } } },
  Topology: { object: { "Segments": { map: 'string' } } },
  IPAMConfig: { object: { "Subnet": 'string', "IPRange": 'string', "Gateway": 'string', "AuxiliaryAddresses": { map: 'string' } } },
  EndpointIPAMConfig: { object: { "IPv4Address": 'string', "IPv6Address": 'string', "LinkLocalIPs": { array: 'string' } } },
  TaskSpec: { object: { "PluginSpec": { object: { "Name": 'string', "Remote": 'string', "Disabled": 'boolean', "PluginPrivilege": { array: { ref: 'PluginPrivilege' } } } }, "ContainerSpec": { object: { "Image": 'string', "Labels": { map: 'string' }, "Command": { array: 'string' }, "Args": { array: 'string' }, "Hostname": 'string', "Env": { array: 'string' }, "Dir": 'string', "User": 'string', "Groups": { array: 'string' }, "Privileges": { object: { "CredentialSpec": { object: { "Config": 'string', "File": 'string', "Registry": 'string' } }, "SELinuxContext": { object: { "Disable": 'boolean', "User": 'string', "Role": 'string', "Type": 'string', "Level": 'string' } }, "Seccomp": { object: { "Mode": 'string', "Profile": 'string' } }, "AppArmor": { object: { "Mode": 'string' } }, "NoNewPrivileges": 'boolean' } }, "TTY": 'boolean', "OpenStdin": 'boolean', "ReadOnly": 'boolean', "Mounts": { array: { ref: 'Mount' } }, "StopSignal": 'string', "StopGracePeriod": 'int64', "HealthCheck": { ref: 'HealthConfig' }, "Hosts": { array: 'string' }, "DNSConfig": { object: { "Nameservers": { array: 'string' }, "Search": { array: 'string' }, "Options": { array: 'string' } } }, "Secrets": { array: { object: { "File": { object: { "Name": 'string', "UID": 'string', "GID": 'string', "Mode": 'uint32' } }, "SecretID": 'string', "SecretName": 'string' } } }, "OomScoreAdj": 'int64', "Configs": { array: { object: { "File": { object: { "Name": 'string', "UID": 'string', "GID": 'string', "Mode": 'uint32' } }, "Runtime": { map: 'any' }, "ConfigID": 'string', "ConfigName": 'string' } } }, "Isolation": 'string', "Init": 'boolean', "Sysctls": { map: 'string' }, "CapabilityAdd": { array: 'string' }, "CapabilityDrop": { array: 'string' }, "Ulimits": { array: { object: { "Name": 'string', "Soft": 'int64', "Hard": 'int64' } } } } }, "NetworkAttachmentSpec": { object: { "ContainerID": 'string' } }, "Resources": { object: { "Limits": { ref: 'Limit' }, "Reservations": { ref: 'ResourceObject' }, "SwapBytes": 'int64', "MemorySwappiness": 'int64' } }, "RestartPolicy": { object: { "Condition": 'string', "Delay": 'int64', "MaxAttempts": 'int64', "Window": 'int64' } }, "Placement": { object: { "Constraints": { array: 'string' }, "Preferences": { array: { object: { "Spread": { object: { "SpreadDescriptor": 'string' } } } } }, "MaxReplicas": 'int64', "Platforms": { array: { ref: 'Platform' } } } }, "ForceUpdate": 'uint64', "Runtime": 'string', "Networks": { array: { ref: 'NetworkAttachmentConfig' } }, "LogDriver": { object: { "Name": 'string', "Options": { map: 'string' } } } } },
  NetworkAttachmentConfig: { object: { "Target": 'string', "Aliases": { array: 'string' }, "DriverOpts": { map: 'string' } } },
  EndpointSpec: { object: { "Mode": 'string', "Ports": { array: { ref: 'EndpointPortConfig' } } } },
  PortBinding: { object: { "HostIp": 'string', "HostPort": 'string' } },
  MountType: 'string',
  Limit: { object: { "NanoCPUs": 'int64', "MemoryBytes": 'int64', "Pids": 'int64' } },
  ResourceObject: { object: { "NanoCPUs": 'int64', "MemoryBytes": 'int64', "GenericResources": { ref: 'GenericResources' } } },
  Platform: { object: { "Architecture": 'string', "OS": 'string' } },
  EndpointPortConfig: { object: { "Name": 'string', "Protocol": 'string', "TargetPort": 'int64', "PublishedPort": 'int64', "PublishMode": 'string' } },
  GenericResources: { array: { object: { "NamedResourceSpec": { object: { "Kind": 'string', "Value": 'string' } }, "DiscreteResourceSpec": { object: { "Kind": 'string', "Value": 'int64' } } } } },
};
