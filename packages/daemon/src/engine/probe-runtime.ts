import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kernel } from '@berth/kernel';
import type { RuntimeProbe, RuntimeProgram } from './choose-runtime.ts';

const probeMilliseconds = 5000;
const cgroupPrefix = 'berth-probe-';
const folderPrefix = 'probe-';

/**
 * Makes a probe that starts a container that ends at once, without network or image: its root is an empty
 * folder and its program does not exist, so a runtime that works gets as far as looking for it.
 */
export function createRuntimeProbe(
  kernel: Kernel,
  execRoot: string,
  cgroupParent: string,
): RuntimeProbe {
  return async (program) => {
    await mkdir(execRoot, { recursive: true, mode: 0o711 });
    const bundle = await mkdtemp(join(execRoot, folderPrefix));
    try {
      return await runProbe(kernel, program, bundle, cgroupParent);
    } finally {
      await rm(bundle, { recursive: true, force: true });
    }
  };
}

/** Removes what a daemon left that was killed during a probe. Call it before the first one. */
export async function removeStrayProbes(
  { cgroups, processes }: Kernel,
  execRoot: string,
  cgroupParent: string,
): Promise<void> {
  for (const name of await readdir(execRoot)) {
    if (!name.startsWith(folderPrefix)) continue;
    await rm(join(execRoot, name), { recursive: true, force: true });
  }
  for (const name of cgroups.children(cgroupParent)) {
    const pid = Number(name.startsWith(cgroupPrefix) ? name.slice(cgroupPrefix.length) : 0);
    // Another daemon may be trying its runtimes now.
    if (!(pid > 0) || processes.info(pid) !== undefined) continue;
    await cgroups.remove(cgroups.locate(`${cgroupParent}/${name}`, 'cgroupfs'));
  }
}

async function runProbe(
  { processes }: Kernel,
  program: RuntimeProgram,
  bundle: string,
  cgroupParent: string,
): Promise<boolean> {
  const id = `${cgroupPrefix}${process.pid}`;
  for (const folder of ['proc', 'dev']) {
    await mkdir(join(bundle, 'rootfs', folder), { recursive: true, mode: 0o755 });
  }
  await writeFile(join(bundle, 'config.json'), JSON.stringify(probeSpec(`${cgroupParent}/${id}`)));
  const global = [...(program.arguments ?? []), '--root', join(bundle, 'state')];
  const signal = AbortSignal.timeout(probeMilliseconds);
  const { stderr } = await processes.run(program.path, [...global, 'run', '--bundle', bundle, id], {
    signal,
  });
  await processes.run(program.path, [...global, 'delete', '--force', id], { signal });
  return reachedProgram(stderr);
}

/** The failure that is expected: the program inside the empty root is missing. */
export function reachedProgram(stderr: string): boolean {
  return /\/berth-probe\b/.test(stderr) && /no such file or directory/i.test(stderr);
}

function probeSpec(cgroupsPath: string): object {
  return {
    ociVersion: '1.0.2',
    process: { terminal: false, user: { uid: 0, gid: 0 }, args: ['/berth-probe'], cwd: '/' },
    root: { path: 'rootfs', readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs' },
    ],
    linux: {
      cgroupsPath,
      namespaces: ['pid', 'ipc', 'uts', 'mount', 'network'].map((type) => ({ type })),
      resources: { pids: { limit: 16 } },
    },
  };
}
