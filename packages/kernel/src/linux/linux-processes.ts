import { readdirSync, readFileSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
import { KernelError } from '../kernel-error.ts';
import type { ChildProcess, Processes, ProcessInfo, SpawnOptions } from '../processes.ts';
import { parseProcStat } from './proc-stat.ts';
import { runProcess } from './run-process.ts';
import { spawnProcess } from './spawn-process.ts';

export class LinuxProcesses implements Processes {
  spawn(options: SpawnOptions): Promise<ChildProcess> {
    return spawnProcess(options);
  }

  run(...call: Parameters<Processes['run']>): ReturnType<Processes['run']> {
    return runProcess(...call);
  }

  kill(pid: number, signal: number | NodeJS.Signals): boolean {
    try {
      return process.kill(pid, signal);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ESRCH') return false;
      if (errno === undefined || errno.startsWith('ERR_')) throw error;
      throw new KernelError('kill', errno, String(pid));
    }
  }

  info(pid: number): ProcessInfo | undefined {
    try {
      return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT' || errno === 'ESRCH') return undefined;
      throw error;
    }
  }

  list(): ProcessInfo[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => this.info(Number(name)))
      .filter((info) => info !== undefined);
  }
}
