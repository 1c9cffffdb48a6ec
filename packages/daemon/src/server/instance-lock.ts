import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { engineError } from '@berth/errors';
import type { Files } from '@berth/kernel';

/**
 * Takes folders for this daemon alone, so that no two daemons share state. The locks are the kernel's:
 * they end with the process however it ends. Fails with daemon.already-running naming the holder.
 */
export class InstanceLock implements Disposable {
  readonly #descriptors: number[] = [];

  static acquire(directories: readonly string[], files: Pick<Files, 'tryLock'>): InstanceLock {
    const lock = new InstanceLock();
    try {
      for (const directory of new Set(directories)) lock.#take(directory, files);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
    return lock;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#descriptors.splice(0)) closeSync(fd);
  }

  #take(directory: string, files: Pick<Files, 'tryLock'>): void {
    const path = join(directory, 'berthd.lock');
    const fd = openLock(directory, path);
    this.#descriptors.push(fd);
    if (!files.tryLock(fd)) {
      const pid = readFileSync(path, 'utf8').trim();
      throw engineError('daemon.already-running', { path: directory, pid: pid === '' ? '?' : pid });
    }
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid}\n`);
  }
}

function openLock(directory: string, path: string): number {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    return openSync(path, 'a+', 0o600);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw engineError('daemon.folder-unusable', { path: directory, reason }, { cause });
  }
}
