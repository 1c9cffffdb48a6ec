import path from 'node:path';
import { type CertificateFolder, readCertificateFolder, readText } from './certificate-folder.ts';
import { type HostCapability, parseHostsToml, type TomlHost } from './hosts-toml.ts';
import type { InsecureHosts } from './insecure-hosts.ts';
import type { RegistryAuth } from './registry-auth.ts';
import type { RegistryConfiguration, RegistrySettings } from './registry-configuration.ts';
import { apiHost, isDefaultRegistry, registryDomain } from './registry-host.ts';
import type { Trust } from './trust.ts';

/** One base URL under which a registry's API is served, and how to speak with it. */
export interface RegistryEndpoint {
  /** With path, without a slash at the end: `https://mirror.example.com/v2`. */
  readonly base: string;
  /** As shown to users: the host with its port. */
  readonly name: string;
  /** Something else than the registry itself: the user's credentials are not for it. */
  readonly mirror: boolean;
  readonly trust: Trust;
  /** Plain HTTP is tried when this endpoint speaks no TLS (insecure registries). */
  readonly mayBePlain: boolean;
  /** Credentials that the configuration gives for a mirror. */
  readonly auth?: RegistryAuth;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as `ns` so that one mirror can serve several registries (containerd docs/hosts.md). */
  readonly namespace?: string;
}

/** The endpoints of a registry in the order in which they are to be asked. */
export async function registryEndpoints(
  domain: string,
  purpose: HostCapability,
  configuration: RegistryConfiguration,
  insecureHosts: InsecureHosts,
): Promise<readonly RegistryEndpoint[]> {
  const context = { domain: registryDomain(domain), configuration, insecureHosts };
  const settings = settingsOf(configuration, context.domain);
  const folders = configuration.certificateFolders;
  const toml = await hostsFile(folders, context.domain);
  if (toml !== undefined) return endpointsOfToml(toml, purpose, context);
  const own = await ownEndpoint(context, settings);
  if (purpose === 'push') return [own];
  const mirrors = [
    ...(settings.mirrors ?? []).map((url) => ({ url, namespace: context.domain })),
    ...(isDefaultRegistry(context.domain) ? configuration.mirrors : []).map((url) => ({ url })),
  ];
  const found = await Promise.all(mirrors.map((mirror) => mirrorEndpoint(mirror, context)));
  return [...found, own];
}

interface EndpointContext {
  readonly domain: string;
  readonly configuration: RegistryConfiguration;
  readonly insecureHosts: InsecureHosts;
}

interface LoadedToml {
  readonly folder: CertificateFolder;
  readonly hosts: readonly TomlHost[];
  /** True for `_default`: its certificates are not this registry's. */
  readonly shared: boolean;
}

function settingsOf(configuration: RegistryConfiguration, domain: string): RegistrySettings {
  const { registries } = configuration;
  return registries[domain] ?? registries[apiHost(domain)] ?? registries['*'] ?? {};
}

async function hostsFile(
  roots: readonly string[],
  domain: string,
): Promise<LoadedToml | undefined> {
  for (const name of [domain, '_default']) {
    const folder = await readCertificateFolder(roots, name);
    if (folder?.hosts === undefined) continue;
    const file = path.join(folder.path, 'hosts.toml');
    const { hosts } = parseHostsToml(folder.hosts, file, `https://${apiHost(domain)}`);
    return { folder, hosts, shared: name === '_default' };
  }
  return undefined;
}

async function ownEndpoint(
  { domain, configuration, insecureHosts }: EndpointContext,
  settings: RegistrySettings,
): Promise<RegistryEndpoint> {
  const host = apiHost(domain);
  const insecure = settings.insecure ?? (await insecureHosts.has(domain, configuration.insecure));
  const trust = await trustOf([domain, host], configuration, insecure);
  const more = settings.ca === undefined ? [] : [await readText(settings.ca)];
  return {
    base: `https://${host}/v2`,
    name: host,
    mirror: false,
    trust: { ...trust, authorities: [...trust.authorities, ...more] },
    mayBePlain: insecure,
    headers: {},
  };
}

async function mirrorEndpoint(
  mirror: { readonly url: string; readonly namespace?: string },
  { configuration, insecureHosts }: EndpointContext,
): Promise<RegistryEndpoint> {
  const url = new URL(mirror.url);
  const insecure =
    configuration.registries[url.host]?.insecure ??
    (await insecureHosts.has(url.host, configuration.insecure));
  const auth = urlAuth(url);
  return {
    base: apiBase(url),
    name: url.host,
    mirror: true,
    trust: await trustOf([url.host], configuration, insecure),
    mayBePlain: false,
    headers: {},
    ...(auth === undefined ? {} : { auth }),
    ...(mirror.namespace === undefined ? {} : { namespace: mirror.namespace }),
  };
}

async function endpointsOfToml(
  { folder, hosts, shared }: LoadedToml,
  purpose: HostCapability,
  context: EndpointContext,
): Promise<readonly RegistryEndpoint[]> {
  const fitting = hosts.filter(({ capabilities }) => capabilities.includes(purpose));
  return Promise.all(fitting.map((host) => tomlEndpoint(host, { folder, shared }, context)));
}

async function tomlEndpoint(
  host: TomlHost,
  { folder, shared }: { readonly folder: CertificateFolder; readonly shared: boolean },
  { domain, configuration, insecureHosts }: EndpointContext,
): Promise<RegistryEndpoint> {
  const url = new URL(host.url);
  const own = url.host === apiHost(domain) || url.host === domain;
  const insecure = host.skipVerify || (await insecureHosts.has(url.host, configuration.insecure));
  const names = own ? [domain, apiHost(domain)] : [url.host];
  const base = await trustOf(names, configuration, insecure);
  const resolve = (file: string) => readText(path.resolve(folder.path, file));
  const authorities = await Promise.all(host.authorities.map(resolve));
  const client =
    host.client === undefined
      ? base.client
      : { cert: await resolve(host.client.cert), key: await resolve(host.client.key) };
  const shape = host.overridePath ? url.origin + url.pathname.replace(/\/+$/, '') : apiBase(url);
  const auth = urlAuth(url);
  return {
    base: isDefaultRegistry(url.host) ? `https://${apiHost(url.host)}/v2` : shape,
    name: url.host,
    mirror: !own,
    trust: {
      ...base,
      authorities: [...base.authorities, ...authorities],
      ...(client === undefined ? {} : { client }),
      folder: shared ? base.folder : folder.path,
    },
    mayBePlain: own && insecure && url.protocol === 'https:',
    headers: host.headers,
    ...(auth === undefined ? {} : { auth }),
    ...(own ? {} : { namespace: domain }),
  };
}

/** Trust for a host by its names: the first that has a folder counts. */
export async function trustOf(
  names: readonly string[],
  configuration: RegistryConfiguration,
  insecure: boolean,
): Promise<Trust> {
  const roots = configuration.certificateFolders;
  for (const name of names) {
    const folder = await readCertificateFolder(roots, name);
    if (folder === undefined) continue;
    const { authorities, client } = folder;
    const known = client === undefined ? {} : { client };
    return { insecure, authorities, folder: folder.path, ...known };
  }
  const folder = path.join(roots[0] ?? '/etc/docker/certs.d', names[0] ?? '');
  return { insecure, authorities: [], folder };
}

/** `https://mirror/path` → `https://mirror/path/v2`. */
function apiBase(url: URL): string {
  const base = url.origin + url.pathname.replace(/\/+$/, '');
  return base.endsWith('/v2') ? base : `${base}/v2`;
}

function urlAuth(url: URL): RegistryAuth | undefined {
  if (url.username === '') return undefined;
  const [username, password] = [url.username, url.password].map(decodeURIComponent);
  return { username: username ?? '', password: password ?? '' };
}
