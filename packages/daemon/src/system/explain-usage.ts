import type { SystemUsageReport } from '@berth/engine-api';
import { accountDepths, explainAccount, mountPointsBelow } from './disk-account.ts';
import type { SystemDependencies } from './system-service.ts';

/** Accounts for the data root as it is now; what comes and goes meanwhile may be counted or not. */
export async function explainUsage(
  { kernel, services, snapshotter, workers, config }: SystemDependencies,
  signal: AbortSignal,
): Promise<SystemUsageReport> {
  const root = config()['data-root'];
  const driver = snapshotter.name;
  const entries = await workers.run(
    {
      kind: 'account',
      directory: root,
      mountPoints: mountPointsBelow(
        root,
        kernel.mounts.list(root).map(({ mountPoint }) => mountPoint),
      ),
      depths: accountDepths(driver),
    },
    signal,
  );
  const { images, containers, volumes } = services;
  const facts = {
    driver,
    layers: await snapshotter.listLayers(),
    images: await images.needs(),
    containers: containers.needs(),
    hasVolume: (name: string) => volumes.exists(name),
  };
  return {
    Root: root,
    Bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    Files: entries.reduce((sum, { inodes }) => sum + inodes, 0),
    Entries: explainAccount(entries, facts),
  };
}
