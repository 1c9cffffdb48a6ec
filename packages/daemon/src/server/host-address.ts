import { isAbsolute } from 'node:path';
import { engineError } from '@berth/errors';

/** Where the daemon listens. */
export type HostAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number }
  | { readonly kind: 'fd'; readonly name: string };

export interface HostDefaults {
  /** Path of `unix://`. */
  readonly unixPath: string;
  /** 2376 with TLS, 2375 without. */
  readonly tcpPort: number;
}

/** Reads a value of `-H`: `unix://path`, `tcp://address:port`, `fd://`, `address:port`. */
export function parseHostAddress(host: string, defaults: HostDefaults): HostAddress {
  const fail = (reason: string) => engineError('daemon.invalid-host', { host, reason });
  const [, scheme = 'tcp', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? ['', 'tcp', host];
  switch (scheme) {
    case 'unix': {
      const path = rest === '' ? defaults.unixPath : rest;
      if (!isAbsolute(path)) throw fail('the path of the socket must be absolute');
      if (Buffer.byteLength(path) > 107)
        throw fail('the path is longer than a socket address takes');
      return { kind: 'unix', path };
    }
    case 'fd':
      return { kind: 'fd', name: rest };
    case 'tcp':
      return parseTcp(rest, defaults.tcpPort, fail);
    default:
      throw fail(`unknown protocol ${scheme}`);
  }
}

/** The address as `-H` takes it. */
export function formatHostAddress(host: HostAddress): string {
  if (host.kind === 'unix') return `unix://${host.path}`;
  if (host.kind === 'fd') return `fd://${host.name}`;
  const address = host.address.includes(':') ? `[${host.address}]` : host.address;
  return `tcp://${address}:${host.port}`;
}

function parseTcp(text: string, defaultPort: number, fail: (reason: string) => Error): HostAddress {
  const parts = /^(\[[0-9A-Fa-f:.]+\]|[^:/[\]]*)(?::(\d{1,5}))?\/?$/.exec(text);
  if (parts === null) throw fail('expected address:port');
  const address = (parts[1] ?? '').replace(/^\[|\]$/g, '');
  const port = parts[2] === undefined ? defaultPort : Number(parts[2]);
  if (port > 65_535) throw fail(`port ${port} is out of range`);
  return { kind: 'tcp', address: address === '' ? '127.0.0.1' : address, port };
}
