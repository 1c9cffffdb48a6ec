import { engineError } from '@berth/errors';
import type { Platform } from '@berth/oci';

/** Reads a platform given as JSON: `{"os":"linux","architecture":"arm64","variant":"v8"}`. */
export function parsePlatformJson(text: string): Platform {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw engineError('api.invalid-platform', { text }, { cause });
  }
  const fields = (typeof value === 'object' ? value : {}) as Record<string, unknown>;
  const { os, architecture, variant } = fields ?? {};
  if (typeof os !== 'string' || typeof architecture !== 'string') {
    throw engineError('api.invalid-platform', { text });
  }
  return typeof variant === 'string' && variant !== ''
    ? { os, architecture, variant }
    : { os, architecture };
}

export function parsePlatformList(texts: readonly string[]): readonly Platform[] | undefined {
  return texts.length === 0 ? undefined : texts.map(parsePlatformJson);
}
