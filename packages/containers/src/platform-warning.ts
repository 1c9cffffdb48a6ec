import { formatPlatform, type Platform, platformRank } from '@berth/oci';

/** Docker's warning for an image that was not made for the host. */
export function platformWarning(image: Platform, host: Platform): string[] {
  if (platformRank(host, image, 'exact') !== undefined) return [];
  return [
    `The requested image's platform (${formatPlatform(image)}) does not match the detected host platform (${formatPlatform(host)}) and no specific platform was requested`,
  ];
}
