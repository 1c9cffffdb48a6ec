import { engineError } from '@berth/errors';

/** Where a daemon listens. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly hostname: string;
      readonly port: number;
      readonly basePath: string;
    };

/**
 * Reads a host as `-H` takes it: `unix:///path`, `tcp://name[:port][/path]`, `http(s)://…`. The port is
 * 2375, or 2376 with TLS, when none is given. Throws client.bad-host and
 * client.transport-not-implemented.
 */
export function parseEngineHost(host: string, withTls: boolean): EngineAddress {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(host.trim());
  if (match === null) throw engineError('client.bad-host', { host });
  const scheme = (match[1] ?? '').toLowerCase();
  const rest = match[2] ?? '';
  if (scheme === 'unix') {
    return { kind: 'unix', path: rest === '' ? '/var/run/docker.sock' : rest };
  }
  if (scheme === 'ssh' || scheme === 'fd' || scheme === 'npipe') {
    throw engineError('client.transport-not-implemented', { scheme, host });
  }
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') {
    throw engineError('client.bad-host', { host });
  }
  return parseTcp(host, rest, withTls || scheme === 'https');
}

function parseTcp(host: string, rest: string, withTls: boolean): EngineAddress {
  const match = /^(?:[^@/]*@)?(\[[0-9a-fA-F:.%]+\]|[^:/[\]]*)(?::(\d*))?(\/.*)?$/.exec(rest);
  if (match === null) throw engineError('client.bad-host', { host });
  const hostname = (match[1] ?? '').replace(/^\[|\]$/g, '');
  const port = match[2] ? Number(match[2]) : withTls ? 2376 : 2375;
  if (port < 1 || port > 65535) throw engineError('client.bad-host', { host });
  return {
    kind: 'tcp',
    hostname: hostname === '' ? 'localhost' : hostname,
    port,
    basePath: (match[3] ?? '').replace(/\/+$/, ''),
  };
}

/** A host given on the command line without a scheme is TCP, as in `-H localhost:2375`. */
export function withScheme(host: string): string {
  const trimmed = host.trim();
  return trimmed === '' || trimmed.includes('://') ? trimmed : `tcp://${trimmed}`;
}
