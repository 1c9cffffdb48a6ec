import type { Platform } from '@berth/oci';
import { choosePlatform } from './choose-platform.ts';
import type { ImageContext } from './image-context.ts';
import { findImage } from './image-lookup.ts';
import type { ResolvedImage } from './image-service.ts';

/** Finds an image and its platform for a container; unpacks layers that are not unpacked yet. */
export async function resolveImage(
  context: ImageContext,
  name: string,
  platform?: Platform,
): Promise<ResolvedImage> {
  const { record, id } = findImage(context.records, name);
  const image = await choosePlatform(context.graph, record, {
    name,
    host: context.hostPlatform,
    ...(platform === undefined ? {} : { wanted: platform }),
  });
  using lease = context.leases.open();
  await context.installer.install(image, lease);
  return {
    id,
    name,
    manifest: image.descriptor,
    platform: image.platform,
    config: image.config,
    chain: image.chain,
  };
}
