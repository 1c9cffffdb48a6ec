import { decodeObject } from './decode-json.ts';
import { asPlatform } from './decode-manifest.ts';
import type { Platform } from './platform.ts';

/**
 * The platform that an image configuration names, without the rest of it being looked at. What it leaves out is
 * empty. Failures are DecodeError.
 */
export function decodeConfigPlatform(data: Uint8Array): Platform {
  return asPlatform(decodeObject(data), 'the image configuration');
}
