import { once } from 'node:events';
import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { engineError, errnoOf } from '@berth/errors';

/** True when a process accepts connections on this socket. */
export async function socketAnswers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Listens on a unix socket of mode 0660, root and the given group. Replaces a stale socket; fails with
 * daemon.socket-in-use when somebody answers on it and with daemon.not-a-socket when the path is another
 * kind of file. Nobody else can connect before owner and mode are set.
 */
export async function listenUnix(server: Server, path: string, gid: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  await removeStaleSocket(path);
  const umask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(umask);
  }
  if (!server.listening) await once(server, 'listening');
  chownSync(path, 0, gid);
  chmodSync(path, 0o660);
}

async function removeStaleSocket(path: string): Promise<void> {
  try {
    if (!lstatSync(path).isSocket()) throw engineError('daemon.not-a-socket', { path });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  if (await socketAnswers(path)) {
    throw engineError('daemon.socket-in-use', { host: `unix://${path}` });
  }
  rmSync(path, { force: true });
}
