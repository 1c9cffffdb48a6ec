/** Actions of each type of object, as clients of the API see them. */
export interface EventActions {
  container:
    | 'archive-path'
    | 'attach'
    | 'checkpoint'
    | 'commit'
    | 'copy'
    | 'create'
    | 'destroy'
    | 'detach'
    | 'die'
    | 'exec_detach'
    | 'exec_die'
    | 'export'
    | 'extract-to-dir'
    | 'kill'
    | 'oom'
    | 'pause'
    | 'prune'
    | 'rename'
    | 'resize'
    | 'restart'
    | 'restore'
    | 'start'
    | 'stop'
    | 'top'
    | 'unpause'
    | 'update'
    | `exec_create: ${string}`
    | `exec_start: ${string}`
    | `health_status: ${string}`;
  image:
    | 'create'
    | 'delete'
    | 'import'
    | 'load'
    | 'prune'
    | 'pull'
    | 'push'
    | 'save'
    | 'tag'
    | 'untag';
  volume: 'create' | 'destroy' | 'mount' | 'prune' | 'unmount';
  network: 'connect' | 'create' | 'destroy' | 'disconnect' | 'prune' | 'remove' | 'update';
  plugin: 'create' | 'disable' | 'enable' | 'pull' | 'remove' | 'upgrade';
  daemon: 'reload';
  builder: 'prune';
  service: 'create' | 'remove' | 'update';
  node: 'create' | 'remove' | 'update';
  secret: 'create' | 'remove' | 'update';
  config: 'create' | 'remove' | 'update';
}

export type EventType = keyof EventActions;

export type EventScope = 'local' | 'swarm';

/** What a publisher states; the bus adds the time. */
export interface EventOf<Type extends EventType> {
  readonly type: Type;
  readonly action: EventActions[Type];
  /** ID of the object; for volumes and images by name, that name. */
  readonly actorId: string;
  /** For containers: `name`, `image`, the container's labels, and what the action adds (`exitCode`, `signal`, …). */
  readonly attributes: Readonly<Record<string, string>>;
  /** Default `local`. */
  readonly scope?: EventScope;
}

/** An event about to be published, one member per type of object. */
export type EventDraft = { [Type in EventType]: EventOf<Type> }[EventType];

/** Something that happened, with its time in nanoseconds since the epoch. */
export type EngineEvent = EventDraft & {
  readonly scope: EventScope;
  readonly timeNano: bigint;
};
