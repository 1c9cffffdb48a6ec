import { apiVersion, compareApiVersions } from '@berth/engine-api/api-version.ts';

/** The version spoken to a daemon too old to answer with one. */
export const fallbackApiVersion = '1.24';

/** The version to use with a daemon that reports `serverVersion` (empty or absent when it reports none). */
export function negotiatedApiVersion(serverVersion: string | undefined): string {
  if (serverVersion === undefined || serverVersion === '') return fallbackApiVersion;
  return compareApiVersions(serverVersion, apiVersion) < 0 ? serverVersion : apiVersion;
}
