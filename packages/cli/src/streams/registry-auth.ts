import type { ClientConfig } from '@berth/engine-client';
import { findLogin } from '../credentials/credential-store.ts';
import { defaultServer, type RegistryLogin } from '../credentials/registry-login.ts';

/** The server that an image's credentials are kept under. */
export function registryServer(image: string): string {
  const first = image.split('/')[0] ?? '';
  const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  if (!isHost || first === 'docker.io' || first === 'index.docker.io') return defaultServer;
  return first;
}

/** The user's login for an image; empty when there is none. */
export function registryLogin(config: ClientConfig, image: string): RegistryLogin {
  return findLogin(config, registryServer(image)) ?? {};
}

/** The header that passes the user's login on; empty credentials when there is none. */
export function registryAuthHeader(config: ClientConfig, image: string): string {
  return Buffer.from(JSON.stringify(registryLogin(config, image))).toString('base64url');
}

/** The header `X-Registry-Config`: all of the user's logins, by server. */
export function registryConfigHeader(config: ClientConfig): string {
  const servers = new Set([
    ...Object.keys(config.auths ?? {}),
    ...Object.keys(config.credHelpers ?? {}),
  ]);
  const logins = [...servers].map((server) => [server, findLogin(config, server) ?? {}]);
  return Buffer.from(JSON.stringify(Object.fromEntries(logins))).toString('base64url');
}
