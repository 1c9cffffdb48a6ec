import { engineError } from '@berth/errors';
import { parse } from 'smol-toml';

export type HostCapability = 'pull' | 'resolve' | 'push';

/** One host of containerd's hosts.toml (containerd docs/hosts.md). Paths are as written. */
export interface TomlHost {
  readonly url: string;
  readonly capabilities: readonly HostCapability[];
  readonly authorities: readonly string[];
  /** Certificate and key; one file may hold both. */
  readonly client?: { readonly cert: string; readonly key: string };
  readonly skipVerify: boolean;
  /** The path of the URL is used as it is: no `/v2` is added. */
  readonly overridePath: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export interface HostsToml {
  /** Hosts in the order of the file, then the server unless the file says that there is none. */
  readonly hosts: readonly TomlHost[];
}

const everything: readonly HostCapability[] = ['pull', 'resolve', 'push'];
const hostKeys = new Set([
  'capabilities',
  'ca',
  'client',
  'skip_verify',
  'override_path',
  'header',
  'dial_timeout',
]);

/** Reads a hosts.toml. `server` is what the registry is without one. Fails with registry.hosts-file. */
export function parseHostsToml(text: string, file: string, server: string): HostsToml {
  const document = table(parseToml(text, file), file, 'the file');
  const named = document.host === undefined ? {} : table(document.host, file, 'host');
  const hosts = Object.entries(named).map(([url, settings]) =>
    tomlHost(url, table(settings, file, `host."${url}"`), file),
  );
  const { host: _, server: given, ...own } = document;
  if (given !== undefined && typeof given !== 'string') throw invalid(file, 'server must be text');
  return { hosts: [...hosts, tomlHost(given ?? server, own, file)] };
}

function tomlHost(text: string, settings: Record<string, unknown>, file: string): TomlHost {
  for (const key of Object.keys(settings)) {
    if (!hostKeys.has(key)) throw invalid(file, `unknown key "${key}" for ${text}`);
  }
  const url = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw invalid(file, `"${text}" is not a URL`);
  const client = clientFiles(settings.client, file);
  return {
    url,
    capabilities: capabilities(settings.capabilities, file),
    authorities: texts(settings.ca, file, 'ca'),
    ...(client === undefined ? {} : { client }),
    skipVerify: flag(settings.skip_verify, file, 'skip_verify'),
    overridePath: flag(settings.override_path, file, 'override_path'),
    headers: headers(settings.header, file),
  };
}

function capabilities(value: unknown, file: string): readonly HostCapability[] {
  if (value === undefined) return everything;
  return texts(value, file, 'capabilities').map((text) => {
    const found = everything.find((capability) => capability === text);
    if (found === undefined) throw invalid(file, `unknown capability "${text}"`);
    return found;
  });
}

/** `"both.pem"`, `["both.pem"]` or `[["cert.pem", "key.pem"]]`; of several the first counts. */
function clientFiles(value: unknown, file: string): TomlHost['client'] {
  if (value === undefined) return undefined;
  const first = Array.isArray(value) ? value[0] : value;
  const [cert, key = cert] = Array.isArray(first) ? first : [first];
  if (typeof cert !== 'string' || typeof key !== 'string') {
    throw invalid(file, 'client must be a path or a list of paths');
  }
  return { cert, key: key === '' ? cert : key };
}

function headers(value: unknown, file: string): Record<string, string> {
  if (value === undefined) return {};
  const entries = Object.entries(table(value, file, 'header'));
  return Object.fromEntries(
    entries.map(([name, item]) => [name.toLowerCase(), texts(item, file, name).join(', ')]),
  );
}

function texts(value: unknown, file: string, what: string): string[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'string')) {
    throw invalid(file, `${what} must be text or a list of texts`);
  }
  return list as string[];
}

function flag(value: unknown, file: string, what: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') {
    throw invalid(file, `${what} must be true or false`);
  }
  return value ?? false;
}

function table(value: unknown, file: string, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(file, `${what} must be a table`);
  }
  return value as Record<string, unknown>;
}

function parseToml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw invalid(file, (error as Error).message.split('\n')[0] ?? 'not valid TOML');
  }
}

function invalid(path: string, reason: string): Error {
  return engineError('registry.hosts-file', { path, reason });
}
