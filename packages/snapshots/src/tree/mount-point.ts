import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { type ByteString, toPath } from '@berth/tar/byte-string.ts';

/** O_PATH of open(2), which node:fs does not name. */
const pathOnly = 0o10000000;

/** Whether something is mounted on the file, in whatever mount namespace its parent's descriptor belongs to. */
export function isMountPoint(path: ByteString): boolean {
  return mountOf(path) !== mountOf(`${path.slice(0, path.lastIndexOf('/'))}/.`);
}

/** ID of the mount that a file is seen through (proc_pid_fdinfo(5)). */
function mountOf(path: ByteString): string | undefined {
  const descriptor = openSync(toPath(path), pathOnly | constants.O_NOFOLLOW);
  try {
    const facts = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
    return /^mnt_id:\s*(\d+)$/m.exec(facts)?.[1];
  } finally {
    closeSync(descriptor);
  }
}
