import { mediaTypes } from '@berth/oci';
import type { LayerCompression } from '@berth/snapshots';

const ociTypes: Readonly<Record<LayerCompression, string>> = {
  none: mediaTypes.ociLayer,
  gzip: mediaTypes.ociLayerGzip,
  zstd: mediaTypes.ociLayerZstd,
};

const ociTypeOfDocker: Readonly<Record<string, string>> = {
  [mediaTypes.dockerLayer]: mediaTypes.ociLayer,
  [mediaTypes.dockerLayerGzip]: mediaTypes.ociLayerGzip,
  [mediaTypes.dockerLayerZstd]: mediaTypes.ociLayerZstd,
};

export function ociLayerType(compression: LayerCompression): string {
  return ociTypes[compression];
}

/** The same layer in an OCI manifest, in which tools expect OCI types only. */
export function asOciLayerType(mediaType: string): string {
  return ociTypeOfDocker[mediaType] ?? mediaType;
}
