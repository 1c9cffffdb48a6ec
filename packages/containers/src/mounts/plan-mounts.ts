import type { ContainerConfig, HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { MountRecord } from './mount-record.ts';
import { cleanPath, parseBind } from './parse-bind.ts';
import { parseMount } from './parse-mount.ts';
import { parseTmpfs } from './parse-tmpfs.ts';

/**
 * The mounts that a configuration asks for, before anything exists: inherited ones first, replaced by
 * binds and `--mount`s of the same destination; then the image's volumes where nothing is mounted yet.
 */
export function planMounts(
  config: ContainerConfig,
  host: HostConfig,
  inherited: readonly MountRecord[],
): MountRecord[] {
  const planned = new Map(inherited.map((mount) => [mount.destination, mount]));
  const tmpfs = new Set(
    Object.entries(host.Tmpfs ?? {}).map(
      ([target, options]) => parseTmpfs(target, options).destination,
    ),
  );
  const own = new Set<string>(tmpfs);
  const add = (mount: MountRecord) => {
    if (own.has(mount.destination)) {
      throw engineError('containers.duplicate-mount', { destination: mount.destination });
    }
    own.add(mount.destination);
    planned.set(mount.destination, mount);
  };
  for (const bind of host.Binds ?? []) add(parseBind(bind, host.VolumeDriver ?? ''));
  for (const mount of host.Mounts ?? []) add(parseMount(mount));
  for (const volume of imageVolumes(config)) {
    if (!planned.has(volume.destination) && !tmpfs.has(volume.destination)) {
      planned.set(volume.destination, volume);
    }
  }
  return [...planned.values()];
}

function imageVolumes(config: ContainerConfig): MountRecord[] {
  return Object.keys(config.Volumes ?? {})
    .sort()
    .map((target) => {
      const destination = cleanPath(target);
      if (!destination.startsWith('/') || destination === '/') {
        throw engineError('containers.invalid-config', {
          reason: `invalid volume specification: '${target}'`,
        });
      }
      return {
        type: 'volume' as const,
        anonymous: true,
        source: '',
        destination,
        driver: 'local',
        mode: '',
        readWrite: true,
        propagation: '',
        copyUp: true,
      };
    });
}
