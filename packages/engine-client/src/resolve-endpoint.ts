import { existsSync, readFileSync } from 'node:fs';
import { engineError } from '@berth/errors';
import type { ClientConfig } from './client-config.ts';
import type { TlsOptions } from './dial.ts';
import { withScheme } from './engine-host.ts';

/** What the user said about the daemon to use, on the command line. */
export interface EndpointFlags {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly tlsVerify?: boolean | undefined;
  readonly tlsCa?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

export interface EndpointSources {
  readonly flags: EndpointFlags;
  readonly environment: NodeJS.ProcessEnv;
  readonly configFolder: string;
  readonly config: ClientConfig;
}

export interface Endpoint {
  readonly host: string;
  readonly tls?: TlsOptions;
  /** The context's name; `default` when host and TLS come from flags or the environment. */
  readonly context: string;
}

const berthSocket = '/run/berth/berth.sock';
const dockerSocket = '/var/run/docker.sock';

/** Berth's own socket when it is there, else the one that Docker uses. */
export function defaultHost(): string {
  return `unix://${existsSync(berthSocket) ? berthSocket : dockerSocket}`;
}

/**
 * Which daemon to talk to, in Docker's order: -H, --context, BERTH_HOST, DOCKER_HOST, DOCKER_CONTEXT,
 * the configuration's current context, the default socket.
 */
export function resolveEndpoint(sources: EndpointSources): Endpoint {
  const { flags, environment, config } = sources;
  if (flags.host !== undefined && flags.context !== undefined && flags.context !== '') {
    throw engineError('common.invalid-argument', {
      reason: 'conflicting options: cannot specify both --host and --context',
    });
  }
  const named = namedContext(flags, environment, config);
  if (named !== undefined && named !== 'default') return contextEndpoint(named, sources);
  const host = withScheme(flags.host ?? (environment.BERTH_HOST || environment.DOCKER_HOST || ''));
  const tls = tlsFromFlags(sources);
  const chosen = host === '' ? defaultHost() : host;
  return tls === undefined
    ? { host: chosen, context: 'default' }
    : { host: chosen, tls, context: 'default' };
}

function namedContext(
  flags: EndpointFlags,
  environment: NodeJS.ProcessEnv,
  config: ClientConfig,
): string | undefined {
  if (flags.context) return flags.context;
  if (flags.host !== undefined || environment.BERTH_HOST || environment.DOCKER_HOST)
    return undefined;
  return environment.DOCKER_CONTEXT || config.currentContext || undefined;
}

function tlsFromFlags({
  flags,
  environment,
  configFolder,
}: EndpointSources): TlsOptions | undefined {
  const verify = flags.tlsVerify ?? (environment.DOCKER_TLS_VERIFY ?? '') !== '';
  const wanted = verify || (flags.tls ?? (environment.DOCKER_TLS ?? '') !== '');
  if (!wanted) return undefined;
  const folder = environment.DOCKER_CERT_PATH || configFolder;
  const ca = readPem('CA certificate', flags.tlsCa, `${folder}/ca.pem`, verify);
  const cert = readPem('X509 key pair', flags.tlsCert, `${folder}/cert.pem`, false);
  const key = readPem('X509 key pair', flags.tlsKey, `${folder}/key.pem`, false);
  return tlsOptions(ca, cert, key, verify);
}

function tlsOptions(
  ca: string | undefined,
  cert: string | undefined,
  key: string | undefined,
  verify: boolean,
): TlsOptions {
  return {
    verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** A file that was named must be there; one at its default place may be missing unless `needed`. */
function readPem(
  what: string,
  given: string | undefined,
  fallback: string,
  needed: boolean,
): string | undefined {
  const path = given || fallback;
  if (!given && !needed && !existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // Node's text repeats the path: "ENOENT: no such file or directory, open 'ca.pem'".
    const reason = (error as Error).message.replace(/^E[A-Z]+: |, \w+ '.*'$/g, '');
    throw engineError('client.tls-file', { what, path, reason }, { cause: error });
  }
}

interface ContextMetadata {
  readonly Endpoints?: {
    readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean };
  };
}

/** The name of the context in use, whether it exists or not; `default` for none. */
export function currentContextName(sources: EndpointSources): string {
  return namedContext(sources.flags, sources.environment, sources.config) ?? 'default';
}

/** Where a context's metadata and TLS files lie, as Docker's client keeps them. */
export function contextFolders(
  configFolder: string,
  name: string,
): { readonly metadata: string; readonly tls: string } {
  // Loading node:crypto costs more than a whole command, and few users have contexts.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const id = createHash('sha256').update(name).digest('hex');
  return {
    metadata: `${configFolder}/contexts/meta/${id}`,
    tls: `${configFolder}/contexts/tls/${id}`,
  };
}

function contextEndpoint(name: string, { configFolder }: EndpointSources): Endpoint {
  const folders = contextFolders(configFolder, name);
  const path = `${folders.metadata}/meta.json`;
  if (!existsSync(path)) throw engineError('client.context-not-found', { name, path });
  const metadata = readMetadata(path);
  const docker = metadata.Endpoints?.docker;
  const host = docker?.Host ? docker.Host : defaultHost();
  const folder = `${folders.tls}/docker`;
  const verify = docker?.SkipTLSVerify !== true;
  if (!existsSync(folder) && verify) return { host, context: name };
  const ca = readPem('CA certificate', undefined, `${folder}/ca.pem`, false);
  const cert = readPem('X509 key pair', undefined, `${folder}/cert.pem`, false);
  const key = readPem('X509 key pair', undefined, `${folder}/key.pem`, false);
  return { host, context: name, tls: tlsOptions(ca, cert, key, verify) };
}

function readMetadata(path: string): ContextMetadata {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ContextMetadata;
  } catch (error) {
    const reason = (error as Error).message;
    throw engineError('client.bad-config', { path, reason }, { cause: error });
  }
}
