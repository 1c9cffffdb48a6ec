import { isEngineError } from '@berth/errors';
import { bestPlatform, type Descriptor } from '@berth/oci';
import type { ImageContext } from './image-context.ts';

/** Labels of the image's best platform, for its events; none when its documents cannot be read. */
export async function labelsOf(
  context: ImageContext,
  target: Descriptor,
): Promise<Readonly<Record<string, string>>> {
  try {
    const images = await context.graph.platforms(target);
    const platforms = images.map(({ platform }) => platform);
    const best = bestPlatform(context.hostPlatform, platforms, { anyPlatform: true });
    return (best === undefined ? undefined : images[best]?.config.config?.Labels) ?? {};
  } catch (error) {
    if (isEngineError(error)) return {};
    throw error;
  }
}
