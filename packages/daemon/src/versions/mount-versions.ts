import { isOlderApiVersion, type Mount } from '@berth/engine-api';
import { engineError } from '@berth/errors';

/** A mount as a client of an API version means it: what that version does not have is ignored, as by Docker. */
export function upgradeMount(version: string, mount: Mount): Mount {
  const isBefore = (since: string) => isOlderApiVersion(version, since);
  if (mount.Type === 'image' && isBefore('1.48')) {
    throw engineError('api.mount-type-too-new', { type: 'Image', since: '1.48' });
  }
  const upgraded = { ...mount };
  if (mount.BindOptions) {
    upgraded.BindOptions = {
      ...mount.BindOptions,
      ...(isBefore('1.40') ? { NonRecursive: undefined } : {}),
      ...(isBefore('1.42') ? { CreateMountpoint: undefined } : {}),
      ...(isBefore('1.44')
        ? { ReadOnlyNonRecursive: undefined, ReadOnlyForceRecursive: undefined }
        : {}),
    };
  }
  if (mount.VolumeOptions && isBefore('1.45')) {
    upgraded.VolumeOptions = { ...mount.VolumeOptions, Subpath: undefined };
  }
  if (mount.TmpfsOptions && isBefore('1.46')) {
    upgraded.TmpfsOptions = { ...mount.TmpfsOptions, Options: undefined };
  }
  return upgraded;
}
