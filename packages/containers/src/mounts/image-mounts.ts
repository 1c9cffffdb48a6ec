import { mkdir } from 'node:fs/promises';
import type { HostConfig } from '@berth/engine-api';
import type { ImageService, ResolvedImage } from '@berth/images';
import type { Snapshotter } from '@berth/snapshots';
import type { MountRecord } from './mount-record.ts';

interface ImageServices {
  readonly images: Pick<ImageService, 'resolve' | 'restoreLayers'>;
  readonly snapshotter: Pick<Snapshotter, 'mountLayers'>;
}

/** The images that a container's `--mount type=image` name, by what was typed. Fails with images.not-found. */
export async function resolveMountImages(
  { images }: Pick<ImageServices, 'images'>,
  host: HostConfig | null | undefined,
): Promise<ReadonlyMap<string, ResolvedImage>> {
  const resolved = new Map<string, ResolvedImage>();
  for (const { Type, Source } of host?.Mounts ?? []) {
    if (Type !== 'image' || !Source || resolved.has(Source)) continue;
    resolved.set(Source, await images.resolve(Source));
  }
  return resolved;
}

/** Image mounts with the image that they are of, as it is now: later ones of the same name change nothing. */
export function withImages(
  mounts: readonly MountRecord[],
  images: ReadonlyMap<string, ResolvedImage>,
): MountRecord[] {
  return mounts.map((mount) => {
    const image = images.get(mount.source);
    if (mount.type !== 'image' || mount.image !== undefined || image === undefined) return mount;
    const { id, manifest, chain } = image;
    return { ...mount, image: { id, manifest, chain } };
  });
}

/** Mounts an image's files read-only; layers that are gone from the disk are unpacked again. `mapped`: as Snapshotter.mount. */
export async function mountImage(
  { images, snapshotter }: ImageServices,
  { image }: MountRecord,
  { target, mapped }: { readonly target: string; readonly mapped: boolean },
): Promise<void> {
  if (image === undefined) throw new Error(`the image mounted at ${target} was never resolved`);
  await mkdir(target, { recursive: true, mode: 0o700 });
  try {
    await snapshotter.mountLayers(image.chain, target, { mapped });
  } catch (error) {
    if (!(await images.restoreLayers(image.manifest))) throw error;
    await snapshotter.mountLayers(image.chain, target, { mapped });
  }
}
