import type { ImageUsers } from '@berth/images';
import type { Digest } from '@berth/oci';
import type { ContainerRecord } from './container-record.ts';
import type { ContainerStore } from './container-store.ts';

/** What a container keeps below the data root. */
export interface ContainerNeeds {
  readonly id: string;
  readonly name: string;
  /** Volume names. */
  readonly volumes: readonly string[];
  /** Chain IDs, those of mounted images included. */
  readonly layers: readonly Digest[];
}

export function containerNeeds(store: ContainerStore): ContainerNeeds[] {
  return store.all().map(({ id, record }) => ({
    ...{ id, name: record.name },
    volumes: record.mounts.flatMap(({ type, name }) =>
      type === 'volume' && name !== undefined ? [name] : [],
    ),
    layers: [...record.image.chain, ...record.mounts.flatMap(({ image }) => image?.chain ?? [])],
  }));
}

/** How many containers there are, as `info` counts them. */
export function countContainers(store: ContainerStore): {
  readonly total: number;
  readonly running: number;
  readonly paused: number;
  readonly stopped: number;
} {
  const states = store.visible().map((entry) => entry.state);
  const paused = states.filter((state) => state === 'paused').length;
  const running = states.filter((state) => state === 'running' || state === 'restarting').length;
  return { total: states.length, running, paused, stopped: states.length - running - paused };
}

/** Which images and layers containers stand on, those being prepared included. */
export function imageUsersOf(store: ContainerStore): ImageUsers {
  return {
    usersOf: (id: Digest) =>
      store
        .all()
        .filter(({ record }) => record.image.id === id || mountsImage(record, id))
        .map((entry) => ({ containerId: entry.id, running: entry.running })),
    chainsInUse: () =>
      new Set(
        store
          .all()
          .flatMap(({ record }) => [
            ...record.image.chain,
            ...record.mounts.flatMap(({ image }) => image?.chain ?? []),
          ]),
      ),
  };
}

function mountsImage({ mounts }: ContainerRecord, id: Digest): boolean {
  return mounts.some(({ image }) => image?.id === id);
}
