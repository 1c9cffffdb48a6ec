import { accessSync, constants } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { engineError } from '@berth/errors';
import type { DaemonConfig } from '../config/option-table.ts';

export interface RuntimeProgram {
  /** Absolute. */
  readonly path: string;
  readonly arguments?: readonly string[];
}

export interface RuntimeChoice {
  readonly defaultName: string;
  readonly runtimes: Readonly<Record<string, RuntimeProgram>>;
}

/** Runs a container with the program; tells whether it works on this host. Fails when it could not be tried. */
export type RuntimeProbe = (program: RuntimeProgram) => Promise<boolean>;

/** Runtimes that are used without being configured, the preferred one first. */
const wellKnown = ['crun', 'runc'];

/**
 * The OCI runtimes by name, and the default one: what the configuration says, else crun where a container
 * starts with it (it refuses some cgroup layouts), else runc. Fails with daemon.no-runtime when there is
 * none and with daemon.invalid-option for a configured one that is not there.
 */
export async function chooseRuntimes(
  config: DaemonConfig,
  probe: RuntimeProbe,
  findProgram: (name: string) => string | undefined = programOnPath,
): Promise<RuntimeChoice> {
  const runtimes: Record<string, RuntimeProgram> = {};
  for (const name of wellKnown) {
    const path = findProgram(name);
    if (path !== undefined) runtimes[name] = { path };
  }
  for (const [name, { path, runtimeArgs }] of Object.entries(config.runtimes)) {
    const found = isAbsolute(path) ? path : findProgram(path);
    if (found === undefined) refuse('runtimes', path, 'there is no such program');
    runtimes[name] =
      runtimeArgs === undefined ? { path: found } : { path: found, arguments: runtimeArgs };
  }
  const chosen = config['default-runtime'];
  if (chosen !== '') {
    if (runtimes[chosen] === undefined)
      refuse('default-runtime', chosen, 'there is no such runtime');
    return { defaultName: chosen, runtimes };
  }
  return { defaultName: await firstWorking(runtimes, probe), runtimes };
}

/** The last candidate is not probed: when nothing else works, its own error is what the user must see. */
async function firstWorking(
  runtimes: Readonly<Record<string, RuntimeProgram>>,
  probe: RuntimeProbe,
): Promise<string> {
  const candidates = wellKnown.filter((name) => runtimes[name] !== undefined);
  for (const name of candidates.slice(0, -1)) {
    const program = runtimes[name];
    if (program !== undefined && (await probe(program).catch(() => false))) return name;
  }
  const last = candidates.at(-1) ?? Object.keys(runtimes)[0];
  if (last === undefined) throw engineError('daemon.no-runtime', {});
  return last;
}

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export function programOnPath(name: string): string | undefined {
  return searchPath.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function refuse(key: string, value: string, reason: string): never {
  throw engineError('daemon.invalid-option', { key, value, reason });
}
