import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errnoOf } from '@berth/errors';
import { KernelError } from '../kernel-error.ts';
import type {
  ChildProcess,
  LaunchOptions,
  ProcessDetails,
  Processes,
  ProcessInfo,
  SpawnOptions,
} from '../processes.ts';
import { sysAddon } from '../sys/addon.ts';
import { readControl } from './control-file.ts';
import { parseProcStat } from './proc-stat.ts';
import { parseNamespaceLink, parseProcStatus } from './proc-status.ts';
import { runProcess } from './run-process.ts';
import { spawnProcess } from './spawn-process.ts';

export class LinuxProcesses implements Processes {
  async launch({ command, args, env, cwd }: LaunchOptions): Promise<Duplex> {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const fd = await sysAddon().launch(command, [command, ...args], variables, cwd);
    return new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
  }

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

  networkCounters(pid: number): string | undefined {
    return readControl(`/proc/${pid}/net/dev`);
  }

  list(): ProcessInfo[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => this.info(Number(name)))
      .filter((info) => info !== undefined);
  }

  describe(pid: number): Promise<ProcessDetails | undefined> {
    return unlessEnded(async () => {
      const [status, commandLine, namespaces] = await Promise.all([
        readFile(`/proc/${pid}/status`, 'utf8'),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
        namespacesOf(pid),
      ]);
      const words = commandLine.replace(/\0$/, '').split('\0');
      const given = commandLine === '' ? [] : words;
      return { ...parseProcStatus(status), arguments: given, namespaces };
    });
  }

  proportionalBytes(pid: number): Promise<number | undefined> {
    return unlessEnded(async () => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
      return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
    });
  }
}

async function namespacesOf(pid: number): Promise<Record<string, number>> {
  // `pid_for_children` and `time_for_children` are about processes to come.
  const types = (await readdir(`/proc/${pid}/ns`)).filter((type) => !type.includes('_'));
  const links = types.map(async (type) => {
    const link = await readlink(`/proc/${pid}/ns/${type}`);
    return [type, parseNamespaceLink(link)] as const;
  });
  return Object.fromEntries(await Promise.all(links));
}

async function unlessEnded<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ESRCH') return undefined;
    throw error;
  }
}
