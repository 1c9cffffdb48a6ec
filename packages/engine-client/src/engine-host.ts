import { engineError } from '@berth/errors';

/** A daemon behind the ssh server of its machine; without a path its default socket. */
export interface SshAddress {
  readonly kind: 'ssh';
  readonly user: string | undefined;
  readonly hostname: string;
  readonly port: number | undefined;
  readonly socketPath: string | undefined;
}

/** Where a daemon listens. */
export type EngineAddress =
  | SshAddress
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly hostname: string;
      readonly port: number;
      readonly basePath: string;
    };

/**
 * Reads a host as `-H` takes it: `unix:///path`, `tcp://name[:port][/path]`, `http(s)://…`,
 * `ssh://[user@]name[:port][/socket]`. The port of TCP is 2375, or 2376 with TLS, when none is given. Throws client.bad-host and
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
  if (scheme === 'ssh') return parseSsh(host, rest);
  if (scheme === 'fd' || scheme === 'npipe') {
    throw engineError('client.transport-not-implemented', { scheme, host });
  }
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') {
    throw engineError('client.bad-host', { host });
  }
  return parseTcp(host, rest, withTls || scheme === 'https');
}

function parseSsh(host: string, rest: string): EngineAddress {
  const match =
    /^(?:([^@/:?#\s]+)@)?(\[[0-9a-fA-F:.%]+\]|[^:@/?#[\]\s]+)(?::(\d{1,5}))?(\/[^?#]*)?$/.exec(
      rest,
    );
  const [, user, hostname = '', port, path = ''] = match ?? [];
  // A leading dash would be an option of ssh.
  if (match === null || hostname.startsWith('-') || user?.startsWith('-')) {
    throw engineError('client.bad-ssh-host', { host });
  }
  return {
    kind: 'ssh',
    user,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === undefined ? undefined : Number(port),
    socketPath: path === '' || path === '/' ? undefined : path,
  };
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
