import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { patience } from './patience.ts';

/** What a test could leave behind on the machine, as sorted lines of text. */
export interface HostState {
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly cgroups: readonly string[];
  readonly namespaces: readonly string[];
  readonly processes: readonly string[];
  readonly folders: readonly string[];
}

/** Programs that a test may start and must end. */
const watchedPrograms = /berthd|berth-shim|dockerd|containerd|runc|crun|docker-registry/;

export function readHostState(): HostState {
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ')[4] ?? ''),
    links: readdirSync('/sys/class/net'),
    cgroups: cgroupFolders(),
    namespaces: listOrEmpty('/run/netns'),
    processes: watchedProcesses(),
    folders: listOrEmpty('/tmp').filter((name) => name.startsWith('berth-test-')),
  };
}

/** Everything that is in `after` and was not in `before`. */
export function compareHostState(before: HostState, after: HostState): string[] {
  return (Object.keys(after) as (keyof HostState)[]).flatMap((kind) => {
    const known = new Set(before[kind]);
    return after[kind].filter((entry) => !known.has(entry)).map((entry) => `${kind}: ${entry}`);
  });
}

/**
 * What is on the machine since `before`, once it stays: what has just been let go of, such as processes that are ending and
 * links of namespaces that the kernel is still clearing away, gets time to go. Blocks the caller.
 */
export function leaksSince(before: HostState): string[] {
  const deadline = Date.now() + patience(15_000);
  for (;;) {
    const leaks = compareHostState(before, readHostState());
    if (leaks.length === 0 || Date.now() > deadline) return leaks;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

function listOrEmpty(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Cgroups below any hierarchy that engines make: `berth…` and `docker…` folders. */
function cgroupFolders(): string[] {
  const root = '/sys/fs/cgroup';
  const hierarchies = ['', ...listOrEmpty(root)].map((name) => `${root}/${name}`);
  return hierarchies.flatMap((hierarchy) =>
    listOrEmpty(hierarchy)
      .filter((name) => /^(berth|docker)/.test(name))
      .flatMap((name) => {
        const parent = `${hierarchy}/${name}`;
        return cgroupChildren(parent).map((child) => `${parent}/${child}`);
      }),
  );
}

function cgroupChildren(parent: string): string[] {
  try {
    return readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function watchedProcesses(): string[] {
  return listOrEmpty('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
        const program = readlinkSync(`/proc/${pid}/exe`);
        const watched = watchedPrograms.test(program) || /berthd|packages\/daemon/.test(command);
        return watched ? [`${pid} ${command.slice(0, 160)}`] : [];
      } catch {
        return [];
      }
    });
}
