import type { Descriptor } from '@berth/oci';
import type { ImageContext } from '../image-context.ts';
import { blobKey } from '../lease-key.ts';

/** Unpacks the layers of an image again whose folders are gone or damaged. */
export async function restoreLayers(context: ImageContext, manifest: Descriptor): Promise<boolean> {
  const { graph, snapshotter, sizes, installer, leases } = context;
  using lease = leases.open();
  await lease.hold(blobKey(manifest.digest));
  const [image] = await graph.platforms(manifest);
  if (image === undefined) return false;
  let found = false;
  for (const chainId of image.chain) {
    if ((await snapshotter.checkLayer(chainId)) === undefined) continue;
    sizes.forget(chainId);
    await snapshotter.removeLayer(chainId);
    found = true;
  }
  if (found) await installer.install(image, lease);
  return found;
}
