import type { Volume } from '@berth/engine-api';
import type { FoundVolume } from './drivers/volume-drivers.ts';
import { describeVolume, driverNameOf, usersOf, type VolumeContext } from './volume-context.ts';
import { filterVolumes } from './volume-filter.ts';
import type { VolumeRecord } from './volume-record.ts';

/**
 * The volumes that are recorded, and those that plug-ins have besides. A plug-in that cannot be asked is a warning;
 * what is known of its volumes is listed all the same.
 */
export async function listVolumes(
  context: VolumeContext,
  filters: Readonly<Record<string, readonly string[]>>,
): Promise<{ volumes: Volume[]; warnings: string[] }> {
  const { found, failures } = await context.drivers.list();
  const told = new Map(found.map((item) => [`${item.driver.name}/${item.volume.name}`, item]));
  const recorded = context.volumes.all().filter(({ removing }) => !removing);
  const names = new Set(recorded.map(({ name }) => name));
  const others = found.filter(({ volume }) => !names.has(volume.name)).map(unrecorded);
  const isUsed = (name: string) => usersOf(context, name).length > 0;
  const chosen = filterVolumes([...recorded, ...others], filters, isUsed);
  const describe = (record: VolumeRecord): Volume =>
    describeVolume(context, record, told.get(`${driverNameOf(record)}/${record.name}`));
  return { volumes: chosen.map(describe), warnings: [...failures] };
}

function unrecorded({ driver, volume }: FoundVolume): VolumeRecord {
  return {
    ...{ name: volume.name, driver: driver.name, createdAt: volume.createdAt ?? '' },
    ...{ labels: {}, options: {}, anonymous: false, populating: false },
  };
}
