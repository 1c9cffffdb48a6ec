import type { XrayLayer } from '@berth/engine-api';
import { isEngineError } from '@berth/errors';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerRecord } from '../container-record.ts';

/** The layers of a container's root, bottom first, the writable one last. Empty when the snapshot is gone. */
export async function layersOf(
  { snapshotter }: ContainerContext,
  { id, image }: ContainerRecord,
): Promise<XrayLayer[]> {
  try {
    const data = await snapshotter.describe(id);
    const rows: XrayLayer[] = [];
    for (const [index, chainId] of image.chain.entries()) {
      const described = await snapshotter.describeLayer(image.chain.slice(0, index + 1));
      const { bytes } = await snapshotter.layerUsage(chainId);
      const path = described['UpperDir'] ?? described['Dir'] ?? '';
      rows.push({ ChainId: chainId, Path: path, Bytes: bytes, Writable: false });
    }
    const own = await snapshotter.containerUsage(id);
    const path = data['UpperDir'] ?? data['Dir'] ?? '';
    return [...rows, { Path: path, Bytes: own.bytes, Writable: true }];
  } catch (error) {
    // A dead container's snapshot may be gone; the rest can still be shown.
    if (isEngineError(error) && gone.includes(error.code)) return [];
    throw error;
  }
}

const gone: readonly string[] = ['snapshots.container-missing', 'snapshots.layer-missing'];
