import type { ProcessDetails, SeccompMode } from '../processes.ts';
import { capabilitiesOfMask } from './capability-names.ts';

const seccompModes: readonly SeccompMode[] = ['disabled', 'strict', 'filter'];

/** Reads the text of /proc/PID/status (proc_pid_status(5)). Lines that are missing count as nothing. */
export function parseProcStatus(text: string): Omit<ProcessDetails, 'arguments' | 'namespaces'> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const words = (name: string) => (fields.get(name) ?? '').split(/\s+/);
  const number = (name: string, index = 0) => Number(words(name)[index] || 0);
  return {
    pid: number('Pid'),
    parentPid: number('PPid'),
    innerPid: Number(words('NSpid').at(-1) || number('Pid')),
    command: fields.get('Name') ?? '',
    state: (fields.get('State') ?? '?').slice(0, 1),
    // Real, effective, saved, file system: permissions follow the effective one.
    user: number('Uid', 1),
    residentBytes: number('VmRSS') * 1024,
    capabilities: capabilitiesOfMask(fields.get('CapEff') || '0'),
    seccomp: seccompModes[number('Seccomp')] ?? 'disabled',
    noNewPrivileges: number('NoNewPrivs') === 1,
  };
}

/** The inode of a namespace link, `net:[4026531840]`. */
export function parseNamespaceLink(text: string): number {
  return Number(/\[(\d+)\]$/.exec(text)?.[1] ?? 0);
}
