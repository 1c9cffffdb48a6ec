import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { engineError } from '@berth/errors';
import type { EngineAddress, SshAddress } from './engine-host.ts';
import { socketGroup } from './socket-group.ts';

/** Certificates for a TLS connection, as PEM text. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False accepts any server certificate (`--tls` without `--tlsverify`). */
  readonly verify: boolean;
}

export interface DialTarget {
  readonly host: string;
  readonly address: EngineAddress;
  readonly tls?: TlsOptions;
}

/** Opens a connection. The socket is paused-by-default, half-open capable and has no error listener left. */
export async function dial(target: DialTarget, signal?: AbortSignal): Promise<Duplex> {
  signal?.throwIfAborted();
  const { host, address } = target;
  // Few users have daemons behind ssh, and starting processes is code that takes time to load.
  if (address.kind === 'ssh') return (await import('./dial-ssh.ts')).dialSsh(host, address);
  return dialSocket({ ...target, address }, signal);
}

type SocketAddress = Exclude<EngineAddress, SshAddress>;

async function dialSocket(
  target: DialTarget & { readonly address: SocketAddress },
  signal?: AbortSignal,
): Promise<Duplex> {
  const socket =
    target.tls === undefined
      ? dialPlain(target.address)
      : await dialTls(target.address, target.tls);
  const ready = target.tls === undefined ? 'connect' : 'secureConnect';
  return new Promise((resolve, reject) => {
    const settle = () => {
      socket.off(ready, onReady);
      socket.off('error', onError);
      signal?.removeEventListener('abort', onAbort);
    };
    const onReady = () => {
      settle();
      resolve(socket);
    };
    const onError = (error: NodeJS.ErrnoException) => {
      settle();
      socket.destroy();
      reject(dialError(target, error));
    };
    const onAbort = () => {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      reject(signal?.reason);
    };
    socket.once(ready, onReady);
    socket.once('error', onError);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function dialPlain(address: SocketAddress): Socket {
  return address.kind === 'unix'
    ? connect({ path: address.path, allowHalfOpen: true })
    : connect({ host: address.hostname, port: address.port, allowHalfOpen: true, noDelay: true });
}

async function dialTls(address: SocketAddress, tls: TlsOptions): Promise<Socket> {
  const { connect: connectTls } = await import('node:tls');
  const { isIP } = await import('node:net');
  const hostname = address.kind === 'tcp' ? address.hostname : 'localhost';
  const options: ConnectionOptions & { allowHalfOpen: boolean } = {
    ...(address.kind === 'unix'
      ? { path: address.path }
      : { host: address.hostname, port: address.port }),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    rejectUnauthorized: tls.verify,
    allowHalfOpen: true,
    minVersion: 'TLSv1.2',
  };
  return connectTls(options);
}

function dialError(target: DialTarget, error: NodeJS.ErrnoException): Error {
  const { host, address } = target;
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    const group = socketGroup(address.kind === 'unix' ? address.path : undefined);
    return engineError('client.permission', { host, group }, { cause: error });
  }
  if (
    target.tls !== undefined &&
    !/^(ECONN|ENOENT|ENOTFOUND|EHOST|ENET|EAI)/.test(error.code ?? '')
  ) {
    return engineError('client.tls-handshake', { host, reason: error.message }, { cause: error });
  }
  return engineError('client.unreachable', { host }, { cause: error });
}
