import type { SystemDataUsageResponse } from '@berth/engine-api';
import type { DiskUsageType, EngineServices } from '../http/services.ts';

/** Space taken by the wanted kinds of objects. Kinds that were not asked for are null. */
export async function describeDiskUsage(
  services: Pick<EngineServices, 'containers' | 'images' | 'volumes'>,
  wanted: ReadonlySet<DiskUsageType>,
): Promise<SystemDataUsageResponse> {
  const [images, containers, volumes] = await Promise.all([
    wanted.has('image') ? imageUsage(services) : undefined,
    wanted.has('container') ? services.containers.diskUsage() : null,
    wanted.has('volume') ? volumeUsage(services) : null,
  ]);
  return {
    LayersSize: images?.totalBytes ?? 0,
    Images: images?.summaries ?? null,
    Containers: containers,
    Volumes: volumes,
    BuildCache: wanted.has('build-cache') ? [] : null,
  };
}

async function imageUsage({ images }: Pick<EngineServices, 'images'>) {
  const [summaries, { totalBytes }] = await Promise.all([
    images.list({ sharedSize: true }),
    images.diskUsage(),
  ]);
  return { summaries, totalBytes };
}

async function volumeUsage({ volumes }: Pick<EngineServices, 'volumes'>) {
  const used = await volumes.diskUsage();
  return used.map(({ volume, bytes, references }) => ({
    ...volume,
    UsageData: { Size: bytes, RefCount: references },
  }));
}
