import { spawnSync } from 'node:child_process';
import type { ClientConfig } from '@berth/engine-client';
import { engineError } from '@berth/errors';

const hubServer = 'https://index.docker.io/v1/';

/** The server that an image's credentials are kept under. */
export function registryServer(image: string): string {
  const first = image.split('/')[0] ?? '';
  const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  if (!isHost || first === 'docker.io' || first === 'index.docker.io') return hubServer;
  return first;
}

/** The header that passes the user's login on; empty credentials when there is none. */
export function registryAuthHeader(config: ClientConfig, image: string): string {
  const server = registryServer(image);
  const helper = config.credHelpers?.[server] ?? config.credsStore;
  const login = helper === undefined ? fromFile(config, server) : fromHelper(helper, server);
  return Buffer.from(JSON.stringify(login)).toString('base64url');
}

function fromFile(config: ClientConfig, server: string): Readonly<Record<string, string>> {
  const entry = Object.entries(config.auths ?? {}).find(
    ([name]) => name === server || hostOf(name) === hostOf(server),
  )?.[1];
  if (entry === undefined) return {};
  const decoded = Buffer.from(entry.auth ?? '', 'base64')
    .toString('utf8')
    .replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  return {
    ...(colon < 0 ? {} : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }),
    ...(entry.identitytoken ? { identitytoken: entry.identitytoken } : {}),
    ...(entry.registrytoken ? { registrytoken: entry.registrytoken } : {}),
    serveraddress: server,
  };
}

function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

function fromHelper(helper: string, server: string): Readonly<Record<string, string>> {
  const run = spawnSync(`docker-credential-${helper}`, ['get'], {
    input: server,
    encoding: 'utf8',
  });
  const output = `${run.stdout ?? ''}`.trim();
  if (run.error !== undefined || run.status !== 0) {
    if (/credentials not found/i.test(output)) return {};
    const reason = run.error?.message ?? `exit status ${run.status}`;
    throw engineError('client.credentials', { reason, output });
  }
  const found = JSON.parse(output) as { Username?: string; Secret?: string };
  return found.Username === '<token>'
    ? { identitytoken: found.Secret ?? '', serveraddress: server }
    : { username: found.Username ?? '', password: found.Secret ?? '', serveraddress: server };
}
