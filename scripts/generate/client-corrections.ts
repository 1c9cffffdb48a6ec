/** How the client names and types what the API document does not say, or says for a machine. */

/** Where an operation is found in the client, as `group.method`, when its ID does not say so. */
export const clientNames: Readonly<Record<string, string>> = {
  BuildPrune: 'builds.prune',
  ContainerArchive: 'containers.getArchive',
  GetPluginPrivileges: 'plugins.privileges',
  ImageGet: 'images.save',
  ImageGetAll: 'images.saveAll',
  PutContainerArchive: 'containers.putArchive',
  Session: 'system.session',
  SwarmUnlockkey: 'swarm.unlockKey',
};

/** Groups by the first word of the operations' IDs. What the tag `Berth` holds is in the group `berth`. */
export const clientGroups: Readonly<Record<string, string>> = {
  Container: 'containers',
  Image: 'images',
  Volume: 'volumes',
  Network: 'networks',
  Exec: 'exec',
  System: 'system',
  Distribution: 'distribution',
  Plugin: 'plugins',
  Swarm: 'swarm',
  Node: 'nodes',
  Service: 'services',
  Task: 'tasks',
  Secret: 'secrets',
  Config: 'configs',
};

/** One of the methods that an operation stands for. */
export interface OperationPart {
  readonly name: string;
  readonly summary: string;
  /** The parameters that it takes; true: required. */
  readonly query: Readonly<Record<string, boolean>>;
  /** What it always sends. */
  readonly always?: string;
  readonly body: boolean;
}

/** Operations that stand for several methods. */
export const splitOperations: Readonly<Record<string, readonly OperationPart[]>> = {
  ImageCreate: [
    {
      name: 'images.pull',
      summary: 'Pull an image from a registry',
      query: { fromImage: true, tag: false, platform: false },
      body: false,
    },
    {
      name: 'images.import',
      summary: 'Make an image of the tar archive of a root file system',
      query: { repo: false, tag: false, message: false, changes: false, platform: false },
      always: '?fromSrc=-',
      body: true,
    },
  ],
};

/** Operations that the client leaves out, with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  ContainerAttachWebsocket: 'for browsers; containers.attach does the same with half-close',
};

/** Operations whose body may be left out: it is `body` among the parameters. */
export const optionalBody: ReadonlySet<string> = new Set(['ImageCommit']);

/** Answers that are more than the document's schema: kind and type, as in `client-operations.ts`. */
export const clientResults: Readonly<Record<string, readonly [kind: string, type: string]>> = {
  ContainerArchive: ['archive', 'ContainerArchive'],
  ContainerArchiveInfo: ['stat', 'PathStat'],
  ContainerAttach: ['streams', 'AttachedStreams'],
  ContainerExport: ['tar', 'Readable'],
  ContainerLogs: ['streams', 'OutputStreams'],
  ContainerStats: ['records', 'RecordStream<ContainerStatsResponse>'],
  ExecStart: ['streams', 'AttachedStreams'],
  ImageBuild: ['records', 'RecordStream<ProgressRecord>'],
  ImageCreate: ['records', 'RecordStream<ProgressRecord>'],
  ImageGet: ['tar', 'Readable'],
  ImageGetAll: ['tar', 'Readable'],
  ImageLoad: ['records', 'RecordStream<ProgressRecord>'],
  ImagePush: ['records', 'RecordStream<ProgressRecord>'],
  PluginPull: ['records', 'RecordStream<ProgressRecord>'],
  PluginPush: ['records', 'RecordStream<ProgressRecord>'],
  PluginUpgrade: ['records', 'RecordStream<ProgressRecord>'],
  ServiceLogs: ['streams', 'OutputStreams'],
  Session: ['socket', 'HijackedConnection'],
  SystemEvents: ['records', 'RecordStream<EventMessage>'],
  SystemPing: ['text', 'string'],
  SystemPingHead: ['headers', 'ReadonlyMap<string, string>'],
  TaskLogs: ['streams', 'OutputStreams'],
};

const platform = 'OCIPlatform';
const platforms = 'OCIPlatform | readonly OCIPlatform[]';

/** Types of query parameters that the document calls strings. */
export const clientQuery: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ContainerLogs: { since: 'Moment', until: 'Moment' },
  ImageAttestations: { platform: platforms },
  ImageBuild: {
    t: 'string | readonly string[]',
    buildargs: 'Readonly<Record<string, string | null>>',
    labels: 'Readonly<Record<string, string>>',
  },
  ImageDelete: { platforms: 'readonly OCIPlatform[]' },
  ImageGet: { platform: platforms },
  ImageGetAll: { platform: platforms },
  ImageHistory: { platform },
  ImageInspect: { platform },
  ImageLoad: { platform: platforms },
  ImagePush: { platform },
  ServiceLogs: { since: 'Moment' },
  SystemEvents: { since: 'Moment', until: 'Moment' },
  TaskLogs: { since: 'Moment' },
};

/** Header parameters by the name that the client gives them. */
export const clientHeaders: Readonly<Record<string, readonly [name: string, type: string]>> = {
  'X-Registry-Auth': ['registryAuth', 'AuthConfig | string'],
  'X-Registry-Config': ['registryConfig', 'Readonly<Record<string, AuthConfig>> | string'],
};

/** Filters that the engine takes and the document leaves out, by operation. */
export const undocumentedFilters: Readonly<Record<string, readonly string[]>> = {
  ContainerPrune: ['label!'],
  ImageList: ['label!'],
  ImagePrune: ['label!'],
  NetworkPrune: ['label!'],
  VolumePrune: ['label!'],
};
