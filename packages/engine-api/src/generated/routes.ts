// Generated from openapi/v1.55.yaml by scripts/generate.ts. Do not edit.

import type { ApiRoute } from '../api-route.ts';

export const documentVersion = '1.55';

/** Parsed query of each operation. */
export interface QueryTypes {
  ContainerList: { all: boolean; limit: number | undefined; size: boolean; filters: Readonly<Record<string, readonly string[]>>; before: string | undefined; since: string | undefined; };
  ContainerCreate: { name: string | undefined; platform: string | undefined; };
  ContainerInspect: { size: boolean; };
  ContainerTop: { ps_args: string; };
  ContainerLogs: { follow: boolean; stdout: boolean; stderr: boolean; since: string | undefined; until: string | undefined; timestamps: boolean; tail: string; details: boolean; };
  ContainerChanges: {  };
  ContainerExport: {  };
  ContainerStats: { stream: boolean; "one-shot": boolean; };
  ContainerResize: { h: number | undefined; w: number | undefined; };
  ContainerStart: { detachKeys: string | undefined; checkpoint: string | undefined; "checkpoint-dir": string | undefined; };
  ContainerStop: { signal: string | undefined; t: number | undefined; };
  ContainerRestart: { signal: string | undefined; t: number | undefined; };
  ContainerKill: { signal: string; };
  ContainerUpdate: {  };
  ContainerRename: { name: string | undefined; };
  ContainerPause: {  };
  ContainerUnpause: {  };
  ContainerAttach: { detachKeys: string | undefined; logs: boolean; stream: boolean; stdin: boolean; stdout: boolean; stderr: boolean; };
  ContainerAttachWebsocket: { detachKeys: string | undefined; logs: boolean; stream: boolean; stdin: boolean; stdout: boolean; stderr: boolean; };
  ContainerWait: { condition: string; };
  ContainerDelete: { v: boolean; force: boolean; link: boolean; };
  ContainerArchiveInfo: { path: string | undefined; };
  ContainerArchive: { path: string | undefined; };
  PutContainerArchive: { path: string | undefined; noOverwriteDirNonDir: string | undefined; copyUIDGID: string | undefined; };
  ContainerPrune: { filters: Readonly<Record<string, readonly string[]>>; };
  ImageList: { all: boolean; filters: Readonly<Record<string, readonly string[]>>; "shared-size": boolean; digests: boolean; manifests: boolean; identity: boolean; };
  ImageBuild: { dockerfile: string; t: string | undefined; extrahosts: string | undefined; remote: string | undefined; q: boolean; nocache: boolean; cachefrom: string | undefined; pull: string | undefined; rm: boolean; forcerm: boolean; memory: number | undefined; memswap: number | undefined; cpushares: number | undefined; cpusetcpus: string | undefined; cpuperiod: number | undefined; cpuquota: number | undefined; buildargs: string | undefined; shmsize: number | undefined; squash: boolean; labels: string | undefined; networkmode: string | undefined; platform: string | undefined; target: string | undefined; outputs: string | undefined; version: string; buildid: string | undefined; cgroupparent: string | undefined; cpusetmems: string | undefined; isolation: string | undefined; securityopt: string | undefined; session: string | undefined; ulimits: string | undefined; };
  BuildPrune: { "reserved-space": number | undefined; "max-used-space": number | undefined; "min-free-space": number | undefined; all: boolean; filters: Readonly<Record<string, readonly string[]>>; "keep-storage": number | undefined; };
  ImageCreate: { fromImage: string | undefined; fromSrc: string | undefined; repo: string | undefined; tag: string | undefined; message: string | undefined; changes: readonly string[]; platform: string | undefined; };
  ImageInspect: { manifests: boolean; platform: string | undefined; };
  ImageAttestations: { platform: readonly string[]; type: readonly string[]; statement: boolean; };
  ImageHistory: { platform: string | undefined; };
  ImagePush: { tag: string | undefined; platform: string | undefined; };
  ImageTag: { repo: string | undefined; tag: string | undefined; };
  ImageDelete: { force: boolean; noprune: boolean; platforms: readonly string[]; };
  ImageSearch: { term: string | undefined; limit: number | undefined; filters: Readonly<Record<string, readonly string[]>>; };
  ImagePrune: { filters: Readonly<Record<string, readonly string[]>>; };
  SystemAuth: {  };
  SystemInfo: {  };
  SystemVersion: {  };
  SystemPing: {  };
  SystemPingHead: {  };
  ImageCommit: { container: string | undefined; repo: string | undefined; tag: string | undefined; comment: string | undefined; author: string | undefined; pause: boolean; changes: readonly string[]; };
  SystemEvents: { since: string | undefined; until: string | undefined; filters: Readonly<Record<string, readonly string[]>>; };
  SystemDataUsage: { type: readonly string[]; verbose: boolean; };
  ImageGet: { platform: readonly string[]; };
  ImageGetAll: { names: readonly string[]; platform: readonly string[]; };
  ImageLoad: { quiet: boolean; platform: readonly string[]; };
  ContainerExec: {  };
  ExecStart: {  };
  ExecResize: { h: number | undefined; w: number | undefined; };
  ExecInspect: {  };
  VolumeList: { filters: Readonly<Record<string, readonly string[]>>; };
  VolumeCreate: {  };
  VolumeInspect: {  };
  VolumeUpdate: { version: number | undefined; };
  VolumeDelete: { force: boolean; };
  VolumePrune: { filters: Readonly<Record<string, readonly string[]>>; };
  NetworkList: { filters: Readonly<Record<string, readonly string[]>>; };
  NetworkInspect: { verbose: boolean; scope: string | undefined; };
  NetworkDelete: {  };
  NetworkCreate: {  };
  NetworkConnect: {  };
  NetworkDisconnect: {  };
  NetworkPrune: { filters: Readonly<Record<string, readonly string[]>>; };
  PluginList: { filters: Readonly<Record<string, readonly string[]>>; };
  GetPluginPrivileges: { remote: string | undefined; };
  PluginPull: { remote: string | undefined; name: string | undefined; };
  PluginInspect: {  };
  PluginDelete: { force: boolean; };
  PluginEnable: { timeout: number; };
  PluginDisable: { force: boolean; };
  PluginUpgrade: { remote: string | undefined; };
  PluginCreate: { name: string | undefined; };
  PluginPush: {  };
  PluginSet: {  };
  NodeList: { filters: Readonly<Record<string, readonly string[]>>; };
  NodeInspect: {  };
  NodeDelete: { force: boolean; };
  NodeUpdate: { version: number | undefined; };
  SwarmInspect: {  };
  SwarmInit: {  };
  SwarmJoin: {  };
  SwarmLeave: { force: boolean; };
  SwarmUpdate: { version: number | undefined; rotateWorkerToken: boolean; rotateManagerToken: boolean; rotateManagerUnlockKey: boolean; };
  SwarmUnlockkey: {  };
  SwarmUnlock: {  };
  ServiceList: { filters: Readonly<Record<string, readonly string[]>>; status: boolean; };
  ServiceCreate: {  };
  ServiceInspect: { insertDefaults: boolean; };
  ServiceDelete: {  };
  ServiceUpdate: { version: number | undefined; registryAuthFrom: string; rollback: string | undefined; };
  ServiceLogs: { details: boolean; follow: boolean; stdout: boolean; stderr: boolean; since: string | undefined; timestamps: boolean; tail: string; };
  TaskList: { filters: Readonly<Record<string, readonly string[]>>; };
  TaskInspect: {  };
  TaskLogs: { details: boolean; follow: boolean; stdout: boolean; stderr: boolean; since: string | undefined; timestamps: boolean; tail: string; };
  SecretList: { filters: Readonly<Record<string, readonly string[]>>; };
  SecretCreate: {  };
  SecretInspect: {  };
  SecretDelete: {  };
  SecretUpdate: { version: number | undefined; };
  ConfigList: { filters: Readonly<Record<string, readonly string[]>>; };
  ConfigCreate: {  };
  ConfigInspect: {  };
  ConfigDelete: {  };
  ConfigUpdate: { version: number | undefined; };
  DistributionInspect: {  };
  Session: {  };
  ContainerXray: {  };
  StoreCheck: { repair: boolean; };
  SystemUsage: {  };
  VolumeClone: { target: string | undefined; };
  VolumeExport: {  };
  VolumeImport: {  };
  NetworkDoctor: { target: string | undefined; };
}

/** Name of each operation's JSON body. */
export interface BodyNames {
  ContainerList: undefined;
  ContainerCreate: 'ContainerCreateRequest';
  ContainerInspect: undefined;
  ContainerTop: undefined;
  ContainerLogs: undefined;
  ContainerChanges: undefined;
  ContainerExport: undefined;
  ContainerStats: undefined;
  ContainerResize: undefined;
  ContainerStart: undefined;
  ContainerStop: undefined;
  ContainerRestart: undefined;
  ContainerKill: undefined;
  ContainerUpdate: 'ContainerUpdateRequest';
  ContainerRename: undefined;
  ContainerPause: undefined;
  ContainerUnpause: undefined;
  ContainerAttach: undefined;
  ContainerAttachWebsocket: undefined;
  ContainerWait: undefined;
  ContainerDelete: undefined;
  ContainerArchiveInfo: undefined;
  ContainerArchive: undefined;
  PutContainerArchive: undefined;
  ContainerPrune: undefined;
  ImageList: undefined;
  ImageBuild: undefined;
  BuildPrune: undefined;
  ImageCreate: undefined;
  ImageInspect: undefined;
  ImageAttestations: undefined;
  ImageHistory: undefined;
  ImagePush: undefined;
  ImageTag: undefined;
  ImageDelete: undefined;
  ImageSearch: undefined;
  ImagePrune: undefined;
  SystemAuth: 'AuthConfig';
  SystemInfo: undefined;
  SystemVersion: undefined;
  SystemPing: undefined;
  SystemPingHead: undefined;
  ImageCommit: 'ContainerConfig';
  SystemEvents: undefined;
  SystemDataUsage: undefined;
  ImageGet: undefined;
  ImageGetAll: undefined;
  ImageLoad: undefined;
  ContainerExec: 'ExecConfig';
  ExecStart: 'ExecStartConfig';
  ExecResize: undefined;
  ExecInspect: undefined;
  VolumeList: undefined;
  VolumeCreate: 'VolumeCreateRequest';
  VolumeInspect: undefined;
  VolumeUpdate: 'VolumeUpdateRequest';
  VolumeDelete: undefined;
  VolumePrune: undefined;
  NetworkList: undefined;
  NetworkInspect: undefined;
  NetworkDelete: undefined;
  NetworkCreate: 'NetworkCreateRequest';
  NetworkConnect: 'NetworkConnectRequest';
  NetworkDisconnect: 'NetworkDisconnectRequest';
  NetworkPrune: undefined;
  PluginList: undefined;
  GetPluginPrivileges: undefined;
  PluginPull: 'PluginPullRequest';
  PluginInspect: undefined;
  PluginDelete: undefined;
  PluginEnable: undefined;
  PluginDisable: undefined;
  PluginUpgrade: 'PluginUpgradeRequest';
  PluginCreate: undefined;
  PluginPush: undefined;
  PluginSet: 'PluginSetRequest';
  NodeList: undefined;
  NodeInspect: undefined;
  NodeDelete: undefined;
  NodeUpdate: 'NodeSpec';
  SwarmInspect: undefined;
  SwarmInit: 'SwarmInitRequest';
  SwarmJoin: 'SwarmJoinRequest';
  SwarmLeave: undefined;
  SwarmUpdate: 'SwarmSpec';
  SwarmUnlockkey: undefined;
  SwarmUnlock: 'SwarmUnlockRequest';
  ServiceList: undefined;
  ServiceCreate: 'ServiceCreateRequest';
  ServiceInspect: undefined;
  ServiceDelete: undefined;
  ServiceUpdate: 'ServiceUpdateRequest';
  ServiceLogs: undefined;
  TaskList: undefined;
  TaskInspect: undefined;
  TaskLogs: undefined;
  SecretList: undefined;
  SecretCreate: 'SecretCreateRequest';
  SecretInspect: undefined;
  SecretDelete: undefined;
  SecretUpdate: 'SecretSpec';
  ConfigList: undefined;
  ConfigCreate: 'ConfigCreateRequest';
  ConfigInspect: undefined;
  ConfigDelete: undefined;
  ConfigUpdate: 'ConfigSpec';
  DistributionInspect: undefined;
  Session: undefined;
  ContainerXray: undefined;
  StoreCheck: undefined;
  SystemUsage: undefined;
  VolumeClone: undefined;
  VolumeExport: undefined;
  VolumeImport: undefined;
  NetworkDoctor: undefined;
}

export type OperationId = keyof QueryTypes;

export const routes: readonly ApiRoute<OperationId>[] = [
  {"operation":"ContainerList","method":"GET","path":"/containers/json","tag":"Container","summary":"List containers","query":[{"name":"all","type":"boolean","default":false},{"name":"limit","type":"integer"},{"name":"size","type":"boolean","default":false},{"name":"filters","type":"filters"},{"name":"before","type":"string"},{"name":"since","type":"string"}]},
  {"operation":"ContainerCreate","method":"POST","path":"/containers/create","tag":"Container","summary":"Create a container","query":[{"name":"name","type":"string"},{"name":"platform","type":"string"}],"body":"ContainerCreateRequest"},
  {"operation":"ContainerInspect","method":"GET","path":"/containers/{id}/json","tag":"Container","summary":"Inspect a container","query":[{"name":"size","type":"boolean","default":false}]},
  {"operation":"ContainerTop","method":"GET","path":"/containers/{id}/top","tag":"Container","summary":"List processes running inside a container","query":[{"name":"ps_args","type":"string","default":"-ef"}]},
  {"operation":"ContainerLogs","method":"GET","path":"/containers/{id}/logs","tag":"Container","summary":"Get container logs","query":[{"name":"follow","type":"boolean","default":false},{"name":"stdout","type":"boolean","default":false},{"name":"stderr","type":"boolean","default":false},{"name":"since","type":"string"},{"name":"until","type":"string"},{"name":"timestamps","type":"boolean","default":false},{"name":"tail","type":"string","default":"all"},{"name":"details","type":"boolean"}]},
  {"operation":"ContainerChanges","method":"GET","path":"/containers/{id}/changes","tag":"Container","summary":"Get changes on a container’s filesystem","query":[]},
  {"operation":"ContainerExport","method":"GET","path":"/containers/{id}/export","tag":"Container","summary":"Export a container","query":[]},
  {"operation":"ContainerStats","method":"GET","path":"/containers/{id}/stats","tag":"Container","summary":"Get container stats based on resource usage","query":[{"name":"stream","type":"boolean","default":true},{"name":"one-shot","type":"boolean","default":false}]},
  {"operation":"ContainerResize","method":"POST","path":"/containers/{id}/resize","tag":"Container","summary":"Resize a container TTY","query":[{"name":"h","type":"integer"},{"name":"w","type":"integer"}]},
  {"operation":"ContainerStart","method":"POST","path":"/containers/{id}/start","tag":"Container","summary":"Start a container","query":[{"name":"detachKeys","type":"string"},{"name":"checkpoint","type":"string"},{"name":"checkpoint-dir","type":"string"}]},
  {"operation":"ContainerStop","method":"POST","path":"/containers/{id}/stop","tag":"Container","summary":"Stop a container","query":[{"name":"signal","type":"string"},{"name":"t","type":"integer"}]},
  {"operation":"ContainerRestart","method":"POST","path":"/containers/{id}/restart","tag":"Container","summary":"Restart a container","query":[{"name":"signal","type":"string"},{"name":"t","type":"integer"}]},
  {"operation":"ContainerKill","method":"POST","path":"/containers/{id}/kill","tag":"Container","summary":"Kill a container","query":[{"name":"signal","type":"string","default":"SIGKILL"}]},
  {"operation":"ContainerUpdate","method":"POST","path":"/containers/{id}/update","tag":"Container","summary":"Update a container","query":[],"body":"ContainerUpdateRequest"},
  {"operation":"ContainerRename","method":"POST","path":"/containers/{id}/rename","tag":"Container","summary":"Rename a container","query":[{"name":"name","type":"string"}]},
  {"operation":"ContainerPause","method":"POST","path":"/containers/{id}/pause","tag":"Container","summary":"Pause a container","query":[]},
  {"operation":"ContainerUnpause","method":"POST","path":"/containers/{id}/unpause","tag":"Container","summary":"Unpause a container","query":[]},
  {"operation":"ContainerAttach","method":"POST","path":"/containers/{id}/attach","tag":"Container","summary":"Attach to a container","query":[{"name":"detachKeys","type":"string"},{"name":"logs","type":"boolean","default":false},{"name":"stream","type":"boolean","default":false},{"name":"stdin","type":"boolean","default":false},{"name":"stdout","type":"boolean","default":false},{"name":"stderr","type":"boolean","default":false}]},
  {"operation":"ContainerAttachWebsocket","method":"GET","path":"/containers/{id}/attach/ws","tag":"Container","summary":"Attach to a container via a websocket","query":[{"name":"detachKeys","type":"string"},{"name":"logs","type":"boolean","default":false},{"name":"stream","type":"boolean","default":false},{"name":"stdin","type":"boolean","default":false},{"name":"stdout","type":"boolean","default":false},{"name":"stderr","type":"boolean","default":false}]},
  {"operation":"ContainerWait","method":"POST","path":"/containers/{id}/wait","tag":"Container","summary":"Wait for a container","query":[{"name":"condition","type":"string","default":"not-running"}]},
  {"operation":"ContainerDelete","method":"DELETE","path":"/containers/{id}","tag":"Container","summary":"Remove a container","query":[{"name":"v","type":"boolean","default":false},{"name":"force","type":"boolean","default":false},{"name":"link","type":"boolean","default":false}]},
  {"operation":"ContainerArchiveInfo","method":"HEAD","path":"/containers/{id}/archive","tag":"Container","summary":"Get information about files in a container","query":[{"name":"path","type":"string"}]},
  {"operation":"ContainerArchive","method":"GET","path":"/containers/{id}/archive","tag":"Container","summary":"Get an archive of a filesystem resource in a container","query":[{"name":"path","type":"string"}]},
  {"operation":"PutContainerArchive","method":"PUT","path":"/containers/{id}/archive","tag":"Container","summary":"Extract an archive of files or folders to a directory in a container","query":[{"name":"path","type":"string"},{"name":"noOverwriteDirNonDir","type":"string"},{"name":"copyUIDGID","type":"string"}],"stream":true},
  {"operation":"ContainerPrune","method":"POST","path":"/containers/prune","tag":"Container","summary":"Delete stopped containers","query":[{"name":"filters","type":"filters"}]},
  {"operation":"ImageList","method":"GET","path":"/images/json","tag":"Image","summary":"List Images","query":[{"name":"all","type":"boolean","default":false},{"name":"filters","type":"filters"},{"name":"shared-size","type":"boolean","default":false},{"name":"digests","type":"boolean","default":false},{"name":"manifests","type":"boolean","default":false},{"name":"identity","type":"boolean","default":false}]},
  {"operation":"ImageBuild","method":"POST","path":"/build","tag":"Image","summary":"Build an image","query":[{"name":"dockerfile","type":"string","default":"Dockerfile"},{"name":"t","type":"string"},{"name":"extrahosts","type":"string"},{"name":"remote","type":"string"},{"name":"q","type":"boolean","default":false},{"name":"nocache","type":"boolean","default":false},{"name":"cachefrom","type":"string"},{"name":"pull","type":"string"},{"name":"rm","type":"boolean","default":true},{"name":"forcerm","type":"boolean","default":false},{"name":"memory","type":"integer"},{"name":"memswap","type":"integer"},{"name":"cpushares","type":"integer"},{"name":"cpusetcpus","type":"string"},{"name":"cpuperiod","type":"integer"},{"name":"cpuquota","type":"integer"},{"name":"buildargs","type":"string"},{"name":"shmsize","type":"integer"},{"name":"squash","type":"boolean"},{"name":"labels","type":"string"},{"name":"networkmode","type":"string"},{"name":"platform","type":"string"},{"name":"target","type":"string"},{"name":"outputs","type":"string"},{"name":"version","type":"string","default":"1"},{"name":"buildid","type":"string"},{"name":"cgroupparent","type":"string"},{"name":"cpusetmems","type":"string"},{"name":"isolation","type":"string"},{"name":"securityopt","type":"string"},{"name":"session","type":"string"},{"name":"ulimits","type":"string"}],"headers":["Content-type","X-Registry-Config"],"stream":true},
  {"operation":"BuildPrune","method":"POST","path":"/build/prune","tag":"Image","summary":"Delete builder cache","query":[{"name":"reserved-space","type":"integer"},{"name":"max-used-space","type":"integer"},{"name":"min-free-space","type":"integer"},{"name":"all","type":"boolean"},{"name":"filters","type":"filters"},{"name":"keep-storage","type":"integer"}]},
  {"operation":"ImageCreate","method":"POST","path":"/images/create","tag":"Image","summary":"Create an image","query":[{"name":"fromImage","type":"string"},{"name":"fromSrc","type":"string"},{"name":"repo","type":"string"},{"name":"tag","type":"string"},{"name":"message","type":"string"},{"name":"changes","type":"array"},{"name":"platform","type":"string"}],"headers":["X-Registry-Auth"],"stream":true},
  {"operation":"ImageInspect","method":"GET","path":"/images/{name}/json","tag":"Image","summary":"Inspect an image","query":[{"name":"manifests","type":"boolean","default":false},{"name":"platform","type":"string"}]},
  {"operation":"ImageAttestations","method":"GET","path":"/images/{name}/attestations","tag":"Image","summary":"Get attestation statements for an image","query":[{"name":"platform","type":"array"},{"name":"type","type":"array"},{"name":"statement","type":"boolean","default":false}]},
  {"operation":"ImageHistory","method":"GET","path":"/images/{name}/history","tag":"Image","summary":"Get the history of an image","query":[{"name":"platform","type":"string"}]},
  {"operation":"ImagePush","method":"POST","path":"/images/{name}/push","tag":"Image","summary":"Push an image","query":[{"name":"tag","type":"string"},{"name":"platform","type":"string"}],"headers":["X-Registry-Auth"]},
  {"operation":"ImageTag","method":"POST","path":"/images/{name}/tag","tag":"Image","summary":"Tag an image","query":[{"name":"repo","type":"string"},{"name":"tag","type":"string"}]},
  {"operation":"ImageDelete","method":"DELETE","path":"/images/{name}","tag":"Image","summary":"Remove an image","query":[{"name":"force","type":"boolean","default":false},{"name":"noprune","type":"boolean","default":false},{"name":"platforms","type":"array"}]},
  {"operation":"ImageSearch","method":"GET","path":"/images/search","tag":"Image","summary":"Search images","query":[{"name":"term","type":"string"},{"name":"limit","type":"integer"},{"name":"filters","type":"filters"}]},
  {"operation":"ImagePrune","method":"POST","path":"/images/prune","tag":"Image","summary":"Delete unused images","query":[{"name":"filters","type":"filters"}]},
  {"operation":"SystemAuth","method":"POST","path":"/auth","tag":"System","summary":"Check auth configuration","query":[],"body":"AuthConfig"},
  {"operation":"SystemInfo","method":"GET","path":"/info","tag":"System","summary":"Get system information","query":[]},
  {"operation":"SystemVersion","method":"GET","path":"/version","tag":"System","summary":"Get version","query":[]},
  {"operation":"SystemPing","method":"GET","path":"/_ping","tag":"System","summary":"Ping","query":[]},
  {"operation":"SystemPingHead","method":"HEAD","path":"/_ping","tag":"System","summary":"Ping","query":[]},
  {"operation":"ImageCommit","method":"POST","path":"/commit","tag":"Image","summary":"Create a new image from a container","query":[{"name":"container","type":"string"},{"name":"repo","type":"string"},{"name":"tag","type":"string"},{"name":"comment","type":"string"},{"name":"author","type":"string"},{"name":"pause","type":"boolean","default":true},{"name":"changes","type":"array"}],"body":"ContainerConfig"},
  {"operation":"SystemEvents","method":"GET","path":"/events","tag":"System","summary":"Monitor events","query":[{"name":"since","type":"string"},{"name":"until","type":"string"},{"name":"filters","type":"filters"}]},
  {"operation":"SystemDataUsage","method":"GET","path":"/system/df","tag":"System","summary":"Get data usage information","query":[{"name":"type","type":"array"},{"name":"verbose","type":"boolean","default":false}]},
  {"operation":"ImageGet","method":"GET","path":"/images/{name}/get","tag":"Image","summary":"Export an image","query":[{"name":"platform","type":"array"}]},
  {"operation":"ImageGetAll","method":"GET","path":"/images/get","tag":"Image","summary":"Export several images","query":[{"name":"names","type":"array"},{"name":"platform","type":"array"}]},
  {"operation":"ImageLoad","method":"POST","path":"/images/load","tag":"Image","summary":"Import images","query":[{"name":"quiet","type":"boolean","default":false},{"name":"platform","type":"array"}],"stream":true},
  {"operation":"ContainerExec","method":"POST","path":"/containers/{id}/exec","tag":"Exec","summary":"Create an exec instance","query":[],"body":"ExecConfig"},
  {"operation":"ExecStart","method":"POST","path":"/exec/{id}/start","tag":"Exec","summary":"Start an exec instance","query":[],"body":"ExecStartConfig"},
  {"operation":"ExecResize","method":"POST","path":"/exec/{id}/resize","tag":"Exec","summary":"Resize an exec instance","query":[{"name":"h","type":"integer"},{"name":"w","type":"integer"}]},
  {"operation":"ExecInspect","method":"GET","path":"/exec/{id}/json","tag":"Exec","summary":"Inspect an exec instance","query":[]},
  {"operation":"VolumeList","method":"GET","path":"/volumes","tag":"Volume","summary":"List volumes","query":[{"name":"filters","type":"filters"}]},
  {"operation":"VolumeCreate","method":"POST","path":"/volumes/create","tag":"Volume","summary":"Create a volume","query":[],"body":"VolumeCreateRequest"},
  {"operation":"VolumeInspect","method":"GET","path":"/volumes/{name}","tag":"Volume","summary":"Inspect a volume","query":[]},
  {"operation":"VolumeUpdate","method":"PUT","path":"/volumes/{name}","tag":"Volume","summary":"\"Update a volume. Valid only for Swarm cluster volumes\"\n","query":[{"name":"version","type":"integer"}],"body":"VolumeUpdateRequest"},
  {"operation":"VolumeDelete","method":"DELETE","path":"/volumes/{name}","tag":"Volume","summary":"Remove a volume","query":[{"name":"force","type":"boolean","default":false}]},
  {"operation":"VolumePrune","method":"POST","path":"/volumes/prune","tag":"Volume","summary":"Delete unused volumes","query":[{"name":"filters","type":"filters"}]},
  {"operation":"NetworkList","method":"GET","path":"/networks","tag":"Network","summary":"List networks","query":[{"name":"filters","type":"filters"}]},
  {"operation":"NetworkInspect","method":"GET","path":"/networks/{id}","tag":"Network","summary":"Inspect a network","query":[{"name":"verbose","type":"boolean","default":false},{"name":"scope","type":"string"}]},
  {"operation":"NetworkDelete","method":"DELETE","path":"/networks/{id}","tag":"Network","summary":"Remove a network","query":[]},
  {"operation":"NetworkCreate","method":"POST","path":"/networks/create","tag":"Network","summary":"Create a network","query":[],"body":"NetworkCreateRequest"},
  {"operation":"NetworkConnect","method":"POST","path":"/networks/{id}/connect","tag":"Network","summary":"Connect a container to a network","query":[],"body":"NetworkConnectRequest"},
  {"operation":"NetworkDisconnect","method":"POST","path":"/networks/{id}/disconnect","tag":"Network","summary":"Disconnect a container from a network","query":[],"body":"NetworkDisconnectRequest"},
  {"operation":"NetworkPrune","method":"POST","path":"/networks/prune","tag":"Network","summary":"Delete unused networks","query":[{"name":"filters","type":"filters"}]},
  {"operation":"PluginList","method":"GET","path":"/plugins","tag":"Plugin","summary":"List plugins","query":[{"name":"filters","type":"filters"}]},
  {"operation":"GetPluginPrivileges","method":"GET","path":"/plugins/privileges","tag":"Plugin","summary":"Get plugin privileges","query":[{"name":"remote","type":"string"}]},
  {"operation":"PluginPull","method":"POST","path":"/plugins/pull","tag":"Plugin","summary":"Install a plugin","query":[{"name":"remote","type":"string"},{"name":"name","type":"string"}],"headers":["X-Registry-Auth"],"body":"PluginPullRequest"},
  {"operation":"PluginInspect","method":"GET","path":"/plugins/{name}/json","tag":"Plugin","summary":"Inspect a plugin","query":[]},
  {"operation":"PluginDelete","method":"DELETE","path":"/plugins/{name}","tag":"Plugin","summary":"Remove a plugin","query":[{"name":"force","type":"boolean","default":false}]},
  {"operation":"PluginEnable","method":"POST","path":"/plugins/{name}/enable","tag":"Plugin","summary":"Enable a plugin","query":[{"name":"timeout","type":"integer","default":0}]},
  {"operation":"PluginDisable","method":"POST","path":"/plugins/{name}/disable","tag":"Plugin","summary":"Disable a plugin","query":[{"name":"force","type":"boolean"}]},
  {"operation":"PluginUpgrade","method":"POST","path":"/plugins/{name}/upgrade","tag":"Plugin","summary":"Upgrade a plugin","query":[{"name":"remote","type":"string"}],"headers":["X-Registry-Auth"],"body":"PluginUpgradeRequest"},
  {"operation":"PluginCreate","method":"POST","path":"/plugins/create","tag":"Plugin","summary":"Create a plugin","query":[{"name":"name","type":"string"}],"stream":true},
  {"operation":"PluginPush","method":"POST","path":"/plugins/{name}/push","tag":"Plugin","summary":"Push a plugin","query":[]},
  {"operation":"PluginSet","method":"POST","path":"/plugins/{name}/set","tag":"Plugin","summary":"Configure a plugin","query":[],"body":"PluginSetRequest"},
  {"operation":"NodeList","method":"GET","path":"/nodes","tag":"Node","summary":"List nodes","query":[{"name":"filters","type":"filters"}]},
  {"operation":"NodeInspect","method":"GET","path":"/nodes/{id}","tag":"Node","summary":"Inspect a node","query":[]},
  {"operation":"NodeDelete","method":"DELETE","path":"/nodes/{id}","tag":"Node","summary":"Delete a node","query":[{"name":"force","type":"boolean","default":false}]},
  {"operation":"NodeUpdate","method":"POST","path":"/nodes/{id}/update","tag":"Node","summary":"Update a node","query":[{"name":"version","type":"integer"}],"body":"NodeSpec"},
  {"operation":"SwarmInspect","method":"GET","path":"/swarm","tag":"Swarm","summary":"Inspect swarm","query":[]},
  {"operation":"SwarmInit","method":"POST","path":"/swarm/init","tag":"Swarm","summary":"Initialize a new swarm","query":[],"body":"SwarmInitRequest"},
  {"operation":"SwarmJoin","method":"POST","path":"/swarm/join","tag":"Swarm","summary":"Join an existing swarm","query":[],"body":"SwarmJoinRequest"},
  {"operation":"SwarmLeave","method":"POST","path":"/swarm/leave","tag":"Swarm","summary":"Leave a swarm","query":[{"name":"force","type":"boolean","default":false}]},
  {"operation":"SwarmUpdate","method":"POST","path":"/swarm/update","tag":"Swarm","summary":"Update a swarm","query":[{"name":"version","type":"integer"},{"name":"rotateWorkerToken","type":"boolean","default":false},{"name":"rotateManagerToken","type":"boolean","default":false},{"name":"rotateManagerUnlockKey","type":"boolean","default":false}],"body":"SwarmSpec"},
  {"operation":"SwarmUnlockkey","method":"GET","path":"/swarm/unlockkey","tag":"Swarm","summary":"Get the unlock key","query":[]},
  {"operation":"SwarmUnlock","method":"POST","path":"/swarm/unlock","tag":"Swarm","summary":"Unlock a locked manager","query":[],"body":"SwarmUnlockRequest"},
  {"operation":"ServiceList","method":"GET","path":"/services","tag":"Service","summary":"List services","query":[{"name":"filters","type":"filters"},{"name":"status","type":"boolean"}]},
  {"operation":"ServiceCreate","method":"POST","path":"/services/create","tag":"Service","summary":"Create a service","query":[],"headers":["X-Registry-Auth"],"body":"ServiceCreateRequest"},
  {"operation":"ServiceInspect","method":"GET","path":"/services/{id}","tag":"Service","summary":"Inspect a service","query":[{"name":"insertDefaults","type":"boolean","default":false}]},
  {"operation":"ServiceDelete","method":"DELETE","path":"/services/{id}","tag":"Service","summary":"Delete a service","query":[]},
  {"operation":"ServiceUpdate","method":"POST","path":"/services/{id}/update","tag":"Service","summary":"Update a service","query":[{"name":"version","type":"integer"},{"name":"registryAuthFrom","type":"string","default":"spec"},{"name":"rollback","type":"string"}],"headers":["X-Registry-Auth"],"body":"ServiceUpdateRequest"},
  {"operation":"ServiceLogs","method":"GET","path":"/services/{id}/logs","tag":"Service","summary":"Get service logs","query":[{"name":"details","type":"boolean","default":false},{"name":"follow","type":"boolean","default":false},{"name":"stdout","type":"boolean","default":false},{"name":"stderr","type":"boolean","default":false},{"name":"since","type":"string"},{"name":"timestamps","type":"boolean","default":false},{"name":"tail","type":"string","default":"all"}]},
  {"operation":"TaskList","method":"GET","path":"/tasks","tag":"Task","summary":"List tasks","query":[{"name":"filters","type":"filters"}]},
  {"operation":"TaskInspect","method":"GET","path":"/tasks/{id}","tag":"Task","summary":"Inspect a task","query":[]},
  {"operation":"TaskLogs","method":"GET","path":"/tasks/{id}/logs","tag":"Task","summary":"Get task logs","query":[{"name":"details","type":"boolean","default":false},{"name":"follow","type":"boolean","default":false},{"name":"stdout","type":"boolean","default":false},{"name":"stderr","type":"boolean","default":false},{"name":"since","type":"string"},{"name":"timestamps","type":"boolean","default":false},{"name":"tail","type":"string","default":"all"}]},
  {"operation":"SecretList","method":"GET","path":"/secrets","tag":"Secret","summary":"List secrets","query":[{"name":"filters","type":"filters"}]},
  {"operation":"SecretCreate","method":"POST","path":"/secrets/create","tag":"Secret","summary":"Create a secret","query":[],"body":"SecretCreateRequest"},
  {"operation":"SecretInspect","method":"GET","path":"/secrets/{id}","tag":"Secret","summary":"Inspect a secret","query":[]},
  {"operation":"SecretDelete","method":"DELETE","path":"/secrets/{id}","tag":"Secret","summary":"Delete a secret","query":[]},
  {"operation":"SecretUpdate","method":"POST","path":"/secrets/{id}/update","tag":"Secret","summary":"Update a Secret","query":[{"name":"version","type":"integer"}],"body":"SecretSpec"},
  {"operation":"ConfigList","method":"GET","path":"/configs","tag":"Config","summary":"List configs","query":[{"name":"filters","type":"filters"}]},
  {"operation":"ConfigCreate","method":"POST","path":"/configs/create","tag":"Config","summary":"Create a config","query":[],"body":"ConfigCreateRequest"},
  {"operation":"ConfigInspect","method":"GET","path":"/configs/{id}","tag":"Config","summary":"Inspect a config","query":[]},
  {"operation":"ConfigDelete","method":"DELETE","path":"/configs/{id}","tag":"Config","summary":"Delete a config","query":[]},
  {"operation":"ConfigUpdate","method":"POST","path":"/configs/{id}/update","tag":"Config","summary":"Update a Config","query":[{"name":"version","type":"integer"}],"body":"ConfigSpec"},
  {"operation":"DistributionInspect","method":"GET","path":"/distribution/{name}/json","tag":"Distribution","summary":"Get image information from the registry","query":[]},
  {"operation":"Session","method":"POST","path":"/session","tag":"Session","summary":"Initialize interactive session","query":[]},
  {"operation":"ContainerXray","method":"GET","path":"/berth/containers/{id}/x-ray","tag":"Berth","summary":"What a container is on this host","query":[]},
  {"operation":"StoreCheck","method":"POST","path":"/berth/system/check","tag":"Berth","summary":"Check the image store, and repair it","query":[{"name":"repair","type":"boolean","default":false}],"headers":["X-Registry-Config"]},
  {"operation":"SystemUsage","method":"GET","path":"/berth/system/usage","tag":"Berth","summary":"What every byte below the data root is for","query":[]},
  {"operation":"VolumeClone","method":"POST","path":"/berth/volumes/{name}/clone","tag":"Berth","summary":"Make a volume with the files of another one","query":[{"name":"target","type":"string"}]},
  {"operation":"VolumeExport","method":"GET","path":"/berth/volumes/{name}/export","tag":"Berth","summary":"The files of a volume as a tar archive","query":[]},
  {"operation":"VolumeImport","method":"POST","path":"/berth/volumes/{name}/import","tag":"Berth","summary":"Make a volume with the files of a tar archive","query":[],"stream":true},
  {"operation":"NetworkDoctor","method":"GET","path":"/berth/network/doctor","tag":"Berth","summary":"What Berth changed on the host's network, and why a published port cannot be reached","query":[{"name":"target","type":"string"}]},
];
