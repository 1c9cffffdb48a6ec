import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ClientConfig } from '@berth/engine-client';
import { changeConfigFile } from './config-file.ts';
import { eraseFromHelper, loginFromHelper, storeInHelper } from './credential-helper.ts';
import { type RegistryLogin, serverHost } from './registry-login.ts';

/** The login that is kept for a server, or undefined. Fails with client.credentials. */
export function findLogin(config: ClientConfig, server: string): RegistryLogin | undefined {
  const helper = helperFor(config, server);
  return helper === undefined ? fromFile(config, server) : loginFromHelper(helper, server);
}

export interface StoredLogin {
  /** True when the password now lies readable in the configuration file. */
  readonly unencrypted: boolean;
}

/** Keeps a login where the configuration says: a helper, or the file. */
export function storeLogin(
  config: ClientConfig,
  folder: string,
  server: string,
  login: RegistryLogin,
): StoredLogin {
  const helper = helperFor(config, server);
  if (helper !== undefined) {
    storeInHelper(helper, server, login);
    changeConfigFile(folder, (file) => {
      file.auths = { ...record(file.auths), [server]: {} };
      if (config.credHelpers?.[server] === undefined) file.credsStore = helper;
    });
    return { unencrypted: false };
  }
  const { username = '', password = '', identitytoken } = login;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const entry = { auth, ...(identitytoken ? { identitytoken } : {}) };
  changeConfigFile(folder, (file) => {
    file.auths = { ...record(file.auths), [server]: entry };
  });
  return { unencrypted: password !== '' };
}

/** Forgets the logins under all these names. Gives the failures by name. */
export function eraseLogins(
  config: ClientConfig,
  folder: string,
  servers: readonly string[],
): ReadonlyMap<string, Error> {
  const failures = new Map<string, Error>();
  for (const server of servers) {
    const helper = helperFor(config, server);
    try {
      if (helper !== undefined) eraseFromHelper(helper, server);
    } catch (error) {
      failures.set(server, error as Error);
    }
  }
  const kept = Object.keys(config.auths ?? {}).some((name) => servers.includes(name));
  if (kept) {
    changeConfigFile(folder, (file) => {
      const auths = Object.entries(record(file.auths));
      file.auths = Object.fromEntries(auths.filter(([name]) => !servers.includes(name)));
    });
  }
  return failures;
}

/** A server's own helper, the general one, or one that is installed when nothing is configured yet. */
function helperFor(config: ClientConfig, server: string): string | undefined {
  const configured = config.credHelpers?.[server] ?? config.credsStore;
  if (configured !== undefined && configured !== '') return configured;
  const used =
    Object.keys(config.auths ?? {}).length > 0 || Object.keys(config.credHelpers ?? {}).length > 0;
  return used ? undefined : installedHelper();
}

/** As Docker on Linux: `pass` when it and its helper are there, else the secret service's. */
function installedHelper(): string | undefined {
  if (isInstalled('pass')) return isInstalled('docker-credential-pass') ? 'pass' : undefined;
  return isInstalled('docker-credential-secretservice') ? 'secretservice' : undefined;
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function fromFile(config: ClientConfig, server: string): RegistryLogin | undefined {
  const entries = Object.entries(config.auths ?? {});
  const host = serverHost(server);
  const entry = config.auths?.[server] ?? entries.find(([name]) => serverHost(name) === host)?.[1];
  if (entry === undefined) return undefined;
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

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
