import { close, constants, open } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const shimSocketName = 'shim.sock';

/** sun_path of unix(7), less its closing NUL. */
const addressLimit = 107;

/**
 * Connects to the shim that listens in the bundle folder. Paths that are too long for a unix address go
 * through an open descriptor of the folder. Rejects with the system's error (ENOENT, ECONNREFUSED …).
 */
export async function connectShim(bundle: string): Promise<Socket> {
  const path = join(bundle, shimSocketName);
  if (Buffer.byteLength(path) <= addressLimit) return connected(path);
  const folder = await promisify(open)(bundle, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await connected(`/proc/self/fd/${folder}/${shimSocketName}`);
  } finally {
    close(folder, () => undefined);
  }
}

function connected(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ path, allowHalfOpen: true });
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.off('error', reject);
    resolve(socket);
  });
  return promise;
}
