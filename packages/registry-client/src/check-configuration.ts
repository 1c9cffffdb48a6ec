import { isIP } from 'node:net';
import { engineError } from '@berth/errors';
import { isAddressOrRange } from './address-ranges.ts';
import { splitHostPort } from './registry-host.ts';

const settingKeys: Readonly<Record<string, string>> = {
  mirrors: 'object',
  insecure: 'boolean',
  ca: 'string',
};

/** A mirror as it is used. Fails with registry.invalid-configuration and Docker's text. */
export function checkMirror(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw invalid(`invalid mirror: "${text}" is not a valid URI`);
  if (!/^https?:$/.test(url.protocol)) {
    const scheme = url.protocol.slice(0, -1);
    throw invalid(`invalid mirror: unsupported scheme "${scheme}" in "${text}"`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw invalid(`invalid mirror: query or fragment at end of the URI "${text}"`);
  }
  return text.replace(/\/+$/, '');
}

/** A mirror for everybody: credentials in its URL would be everybody's. */
export function checkDefaultMirror(text: string): string {
  const mirror = checkMirror(text);
  const { username, password } = new URL(mirror);
  if (username !== '' || password !== '') {
    throw invalid('invalid mirror: username/password not allowed in URI of registry-mirrors');
  }
  return mirror;
}

/** A host with optional port, an address or a CIDR range. `http://` before it is removed, as Docker does. */
export function checkInsecureRegistry(text: string): string {
  const host = text.replace(/^https?:\/\//, '');
  if (host.includes('://')) {
    throw invalid(`insecure registry ${text} should not contain '://'`);
  }
  if (isAddressOrRange(host)) return host;
  const { name, port } = splitHostPort(host);
  const isName = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(name) || isIP(name) !== 0;
  if (!isName || (port !== undefined && Number(port) > 65_535)) {
    throw invalid(`insecure registry ${text} is not valid: invalid host "${host}"`);
  }
  return host;
}

/** The `registries` object of the daemon's configuration. Fails naming what is wrong. */
export function checkRegistries(
  value: Readonly<Record<string, unknown>>,
): Record<string, { mirrors?: readonly string[]; insecure?: boolean; ca?: string }> {
  const entries = Object.entries(value).map(([host, settings]) => {
    if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
      throw invalid(`registries: ${host} must be an object`);
    }
    for (const [key, item] of Object.entries(settings)) {
      if (!Object.hasOwn(settingKeys, key))
        throw invalid(`registries: ${host}: unknown key "${key}"`);
      const texts =
        key === 'mirrors' && Array.isArray(item) && item.every((one) => typeof one === 'string');
      if (key === 'mirrors' ? !texts : typeof item !== settingKeys[key]) {
        const wanted = key === 'mirrors' ? 'list of texts' : settingKeys[key];
        throw invalid(`registries: ${host}: ${key} must be a ${wanted}`);
      }
    }
    const { mirrors } = settings as { mirrors?: string[] };
    return [host, { ...settings, ...(mirrors && { mirrors: mirrors.map(checkMirror) }) }] as const;
  });
  return Object.fromEntries(entries);
}

function invalid(reason: string): Error {
  return engineError('registry.invalid-configuration', { reason });
}
