import { isIP } from 'node:net';
import { defaultDomain } from '@berth/oci';

/** Name under which clients keep the login of the default registry. */
export const defaultServerAddress = 'https://index.docker.io/v1/';

const defaultRegistryHost = 'registry-1.docker.io';
const defaultRegistryNames = new Set([
  defaultDomain,
  'index.docker.io',
  defaultRegistryHost,
  'registry.hub.docker.com',
]);

/** True for the names that Docker Hub is known under. */
export function isDefaultRegistry(host: string): boolean {
  return defaultRegistryNames.has(host);
}

/** The domain that image names use for a host: `docker.io` for all names of Docker Hub. */
export function registryDomain(host: string): string {
  return isDefaultRegistry(host) ? defaultDomain : host;
}

/** The host that serves a domain's registry API. */
export function apiHost(domain: string): string {
  return isDefaultRegistry(domain) ? defaultRegistryHost : domain;
}

/** `https://host:5000/v1/` → `host:5000`, as Docker's ConvertToHostname. Empty means Docker Hub. */
export function hostOfServerAddress(address: string): string {
  if (address === '') return defaultDomain;
  const stripped = address.replace(/^https?:\/\//, '');
  const slash = stripped.indexOf('/');
  return registryDomain(slash < 0 ? stripped : stripped.slice(0, slash));
}

/** Splits `host:5000`, `[::1]:5000`, `host`. */
export function splitHostPort(host: string): { readonly name: string; readonly port?: string } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host);
  if (match === null) return { name: host };
  const name = (match[1] ?? '').replace(/^\[|\]$/g, '');
  return match[2] === undefined ? { name } : { name, port: match[2] };
}

/** True for localhost and addresses of the loopback interface. */
export function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
