import type { IncomingHttpHeaders } from 'node:http';
import { isEngineError } from '@berth/errors';
import { decodeRegistryAuth, type RegistryAuth } from '@berth/registry-client';

/**
 * The login in the header X-Registry-Auth, empty without one. A header that cannot be read counts as none,
 * as it does for Docker on pull and push.
 */
export function registryAuthOf(headers: IncomingHttpHeaders): RegistryAuth {
  const header = headers['x-registry-auth'];
  try {
    return decodeRegistryAuth(Array.isArray(header) ? header[0] : header);
  } catch (error) {
    if (isEngineError(error, 'registry.invalid-auth-header')) return {};
    throw error;
  }
}
