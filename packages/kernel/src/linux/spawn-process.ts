import { type ChildProcess as NodeChild, spawn as nodeSpawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { errnoOf } from '@berth/errors';
import { KernelError } from '../kernel-error.ts';
import type { ChildProcess, SpawnOptions } from '../processes.ts';

/** Starts a program; rejects with KernelError when it cannot be started. */
export async function spawnProcess(options: SpawnOptions): Promise<ChildProcess> {
  const child = nodeSpawn(options.command, options.args, {
    stdio: [...options.stdio],
    detached: options.detached ?? false,
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const exit = exitOf(child);
  await startOf(child, options.command);
  const pid = child.pid;
  if (pid === undefined) throw new Error('a started process has no pid');
  const stderr = options.stdio[2] === 'pipe' ? (child.stderr as Readable) : undefined;
  return {
    pid,
    streams: pipesOf(child, options.stdio),
    ...(stderr === undefined ? {} : { stderr }),
    exit,
    kill: (signal) => void child.kill(signal),
  };
}

/** Subscribed before the start is known, so that an early exit is not missed. */
function exitOf(child: NodeChild): ChildProcess['exit'] {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

function startOf(child: NodeChild, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.on('error', (error) => {
      reject(new KernelError('execve', errnoOf(error) ?? 'EIO', command));
    });
  });
}

/** Every pipe of Node's is a unix socket, readable and writable, whatever its declared type. */
function pipesOf(child: NodeChild, stdio: SpawnOptions['stdio']): Record<number, Duplex> {
  const streams: Record<number, Duplex> = {};
  for (const [descriptor, entry] of stdio.entries()) {
    const stream = child.stdio[descriptor];
    if (entry !== 'pipe' || stream === null || stream === undefined) continue;
    streams[descriptor] = stream as Duplex;
  }
  return streams;
}
