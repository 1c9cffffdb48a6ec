import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CgroupLocation } from '@berth/kernel';
import type { ContainerContext } from '../container-context.ts';
import { cgroupsPathOf } from '../start/cgroup-path.ts';

const containerId = /[0-9a-f]{64}/;

/** Removes what belongs to no container: snapshots, folders, shims, mounts and empty cgroups. */
export async function removeStrays(context: ContainerContext): Promise<void> {
  const { store, snapshotter, paths, reportError } = context;
  const unknown = (id: string) => store.get(id) === undefined;
  for (const id of (await snapshotter.listContainers()).filter(unknown)) {
    await snapshotter
      .removeContainer(id)
      .catch((error) => reportError(error, `stray snapshot ${id}`));
  }
  for (const id of (await readdir(paths.allData)).filter(unknown)) {
    await rm(paths.data(id), { recursive: true, force: true }).catch((error) =>
      reportError(error, `stray folder of ${id}`),
    );
  }
  for (const id of (await readdir(paths.allRuntime)).filter(unknown)) {
    await removeRuntimeFolder(context, id).catch((error) =>
      reportError(error, `stray runtime folder of ${id}`),
    );
  }
  await removeEmptyCgroups(context);
}

/** Ends the shim that may still live in the folder, unmounts what is mounted in it, and removes it. */
export async function removeRuntimeFolder(context: ContainerContext, id: string): Promise<void> {
  const folder = context.paths.runtime(id);
  if (context.store.get(id) === undefined) await endStrayShim(context, folder);
  for (const { mountPoint } of context.kernel.mounts.list(folder).reverse()) {
    context.kernel.mounts.unmount(mountPoint, { detach: true });
  }
  await rm(folder, { recursive: true, force: true });
}

async function endStrayShim(context: ContainerContext, folder: string): Promise<void> {
  try {
    const shim = await context.shims.adopt(folder);
    await shim.shutdown();
    await shim.gone;
    shim.close();
  } catch {
    // Nobody listens.
  }
}

/** How long another daemon's cgroup may be without the process that it was made for, in milliseconds. */
const unsettled = 250;

/** Only ours by name, and only those that stay without processes: another daemon may use the same parent. */
async function removeEmptyCgroups(context: ContainerContext): Promise<void> {
  const { kernel, reportError } = context;
  const empty = emptyCgroups(context);
  if (empty.length === 0) return;
  await delay(unsettled);
  for (const { name, location } of empty) {
    if (kernel.cgroups.processes(location).length > 0) continue;
    try {
      await kernel.cgroups.remove(location);
    } catch (error) {
      reportError(error, `stray cgroup ${name}`);
    }
  }
}

function emptyCgroups({
  kernel,
  config,
  store,
}: ContainerContext): { readonly name: string; readonly location: CgroupLocation }[] {
  const { cgroupDriver: driver, cgroupParent: parent, cgroupPrefix: prefix } = config;
  const running = new Set(store.all().flatMap((entry) => (entry.running ? [entry.id] : [])));
  return kernel.cgroups.children(parent).flatMap((name) => {
    const id = containerId.exec(path.basename(name))?.[0];
    if (id === undefined || running.has(id)) return [];
    const location = kernel.cgroups.locate(cgroupsPathOf(id, { driver, parent, prefix }), driver);
    return kernel.cgroups.processes(location).length > 0 ? [] : [{ name, location }];
  });
}
