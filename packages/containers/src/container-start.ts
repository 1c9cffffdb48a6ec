import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { engineError } from '@berth/errors';
import { type IdMappings, loopTurn } from '@berth/kernel';
import type { SandboxState } from '@berth/networks';
import type { RuntimeSpec } from '@berth/runtime';
import type { ShimHandle, ShimStartOptions } from '@berth/runtime/shim/index.ts';
import { removeBundle, runtimeRoot } from './container-bundle.ts';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import { publishContainerEvent } from './container-events.ts';
import { watchExit } from './container-exit.ts';
import type { ContainerRecord, ManagedFiles } from './container-record.ts';
import { holdRoot, releaseRoot, runHolder } from './container-root.ts';
import { verdictOf } from './container-state.ts';
import type { RuntimeDefinition } from './containers-config.ts';
import { healthAtStart, watchHealth } from './health/health-monitor.ts';
import { commandLine } from './image-config-merge.ts';
import { attributesOf } from './logs/log-source.ts';
import { cgroupsPathOf, inScopeItself } from './start/cgroup-path.ts';
import { updateLinkers } from './start/links.ts';
import { managedFileSpecs, mountSpecs } from './start/mount-specs.ts';
import { buildRuntimeSpec, writeSpecFile } from './start/runtime-spec-file.ts';
import { managedFilesOf, networkFactsOf, sandboxRequest } from './start/sandbox.ts';
import { sharedMemorySpecs } from './start/shared-memory.ts';
import { type StartFailure, startFailureOf } from './start/start-failure.ts';
import { formatTimestamp } from './timestamp.ts';
import { allOrNothing, type UndoStack } from './undo-stack.ts';
import { openUserNamespace } from './user-namespace.ts';
import { checkUserNamespace } from './validate/host-modes.ts';
import { parseLogOptions, requireLogDriver, requireLogReceiver } from './validate/log-options.ts';

/**
 * Starts a container that does not run; false when it does. To be called from the container's queue.
 * A failure leaves nothing behind but the record's exit code and error.
 */
export async function startContainer(
  context: ContainerContext,
  entry: ContainerEntry,
  options: { readonly resetRestarts?: boolean } = {},
): Promise<boolean> {
  const verdict = verdictOf('start', entry.state);
  if (verdict === 'nothing') return false;
  if (verdict !== 'proceed') throw engineError(verdict as 'containers.start-paused', {});
  entry.cancelRestart?.();
  await entry.live?.cleaned;
  if (options.resetRestarts)
    context.store.updateFacts(entry, { restartCount: 0, restartDelay: undefined });
  try {
    await allOrNothing(context.reportError, (undo) => launch(context, entry, undo));
    return true;
  } catch (error) {
    await recordFailure(context, entry, error);
    if (entry.record.hostConfig.AutoRemove === true) context.followUps.autoRemove(entry);
    throw failureOf(entry, error).error;
  }
}

/** The start that a client asks for. To be called from the container's queue. */
export async function startByName(
  context: ContainerContext,
  entry: ContainerEntry,
  options: { readonly checkpoint?: string },
): Promise<boolean> {
  if (options.checkpoint) throw engineError('containers.checkpoint', {});
  return await startContainer(context, entry, { resetRestarts: true });
}

/** The order of the steps is the contract: exits are subscribed to before the process runs. */
async function launch(
  context: ContainerContext,
  entry: ContainerEntry,
  undo: UndoStack,
): Promise<void> {
  const { record } = entry;
  checkUserNamespace(record.hostConfig, context.config.idMappings !== undefined);
  await requireLogReceiver(record.hostConfig.LogConfig, context.kernel.host);
  const bundle = context.paths.runtime(record.id);
  void context.kernel.cgroups.prepareMove();
  undo.defer('remove the bundle', () => removeBundle(context, record));
  await mkdir(bundle, { recursive: true, mode: 0o700 });
  context.faultPoint('start.bundle');
  const mounts = await mountSpecs(context, record, undo);
  mounts.push(...(await sharedMemorySpecs(context, record, undo)));
  context.faultPoint('start.mounts');
  const cgroupsPath = cgroupPathOf(context, record);
  await loopTurn();
  const parts = await prepareParts(context, entry, cgroupsPath, undo);
  context.faultPoint('start.prepared');
  await loopTurn();
  const files = managedFilesOf(context, record, parts.sandbox);
  using userNamespace = openUserNamespace(context, record, parts.sandbox.namespacePath);
  const spec = await buildRuntimeSpec(context, record, {
    rootDirectory: parts.rootDirectory,
    mounts: [...mounts, ...managedFileSpecs(files, mounts)],
    networkPath: parts.sandbox.namespacePath,
    userNamespace,
    cgroupsPath,
  });
  const runtime = runtimeOf(context, record);
  await loopTurn();
  const prepared = context.seccompFilters.apply(spec, runtime.path);
  await writeSpecFile(bundle, inScopeItself(prepared, context.config.cgroupDriver));
  context.faultPoint('start.spec');
  await run(context, entry, {
    ...parts,
    files,
    spec,
    cgroupsPath,
    idMappings: userNamespace?.mappings,
  });
}

/** The OCI cgroupsPath of a container. */
export function cgroupPathOf(context: ContainerContext, record: ContainerRecord): string {
  return cgroupsPathOf(record.id, {
    driver: context.config.cgroupDriver,
    parent: record.hostConfig.CgroupParent || context.config.cgroupParent,
    prefix: context.config.cgroupPrefix,
  });
}

interface Parts {
  readonly rootDirectory: string;
  readonly sandbox: SandboxState;
  readonly shim: ShimHandle;
}

/** Root file system, network and held shim do not depend on each other. */
async function prepareParts(
  context: ContainerContext,
  entry: ContainerEntry,
  cgroupsPath: string,
  undo: UndoStack,
): Promise<Parts> {
  const { networks, shims } = context;
  const { record } = entry;
  const shim = shims.launch(shimOptions(context, record, cgroupsPath));
  const root = holdRoot(context, entry, runHolder);
  const sandbox = networks.createSandbox(sandboxRequest(context, record));
  const [shimResult, rootResult, sandboxResult] = await Promise.allSettled([shim, root, sandbox]);
  if (rootResult.status === 'fulfilled') {
    undo.defer('unmount the root', () => releaseRoot(context, entry, runHolder));
  }
  if (sandboxResult.status === 'fulfilled') {
    undo.defer('remove the sandbox', () => networks.removeSandbox(record.id));
  }
  if (shimResult.status === 'fulfilled') {
    undo.defer('end the shim', () => endShim(shimResult.value));
  }
  return { rootDirectory: await root, sandbox: await sandbox, shim: await shim };
}

async function endShim(shim: ShimHandle): Promise<void> {
  await shim.shutdown().catch(() => undefined);
  await shim.gone;
  shim.close();
}

/** Where the shim leaves the exit record. */
export function exitFileOf(context: ContainerContext, id: string): string {
  return path.join(context.paths.runtime(id), 'exit.json');
}

/** The OCI runtime of a container, with the folder of its state. */
function runtimeOf(
  context: ContainerContext,
  { hostConfig }: ContainerRecord,
): RuntimeDefinition & { readonly root: string } {
  const name = hostConfig.Runtime ?? context.config.defaults.runtime;
  const runtime = context.config.runtimes[name];
  if (runtime === undefined) throw engineError('containers.unknown-runtime', { runtime: name });
  return { ...runtime, root: runtimeRoot(context, name) };
}

function shimOptions(
  context: ContainerContext,
  record: ContainerRecord,
  cgroupsPath: string,
): ShimStartOptions {
  const { config, hostConfig: host } = record;
  const runtime = runtimeOf(context, record);
  const log = parseLogOptions(host.LogConfig);
  requireLogDriver(host.LogConfig);
  const oomFile = oomFileOf(context, cgroupsPath);
  return {
    id: record.id,
    bundle: context.paths.runtime(record.id),
    runtime: {
      path: runtime.path,
      root: runtime.root,
      args: runtime.arguments ?? [],
      systemdCgroup: context.config.cgroupDriver === 'systemd',
    },
    tty: config.Tty === true,
    openStdin: config.OpenStdin === true,
    stdinOnce: config.StdinOnce === true,
    log: {
      driver: record.logPath === '' ? 'none' : log.format,
      path: record.logPath,
      ...(log.maxSize === undefined ? {} : { maxSizeBytes: log.maxSize }),
      maxFiles: log.maxFiles,
      ...(log.bufferSize === undefined ? {} : { bufferBytes: log.bufferSize }),
      hold: log.hold,
      tellRotations: log.compress,
      attrs: attributesOf(record),
    },
    ...(oomFile === undefined ? {} : { oomFile }),
    exitFile: exitFileOf(context, record.id),
  };
}

function oomFileOf({ kernel, config }: ContainerContext, cgroupsPath: string): string | undefined {
  const { directories, layout } = kernel.cgroups.locate(cgroupsPath, config.cgroupDriver);
  const directory = directories.memory;
  if (directory === undefined) return undefined;
  return path.join(directory, layout === 'v2' ? 'memory.events' : 'memory.oom_control');
}

async function run(
  context: ContainerContext,
  entry: ContainerEntry,
  parts: Parts & {
    readonly files: ManagedFiles;
    readonly spec: RuntimeSpec;
    readonly cgroupsPath: string;
    readonly idMappings: IdMappings | undefined;
  },
): Promise<void> {
  const { shim, spec } = parts;
  const recorded = Promise.withResolvers<void>();
  const live = watchExit(context, entry, {
    shim,
    tty: entry.record.config.Tty === true,
    cgroup: context.kernel.cgroups.locate(parts.cgroupsPath, context.config.cgroupDriver),
    rootDirectory: parts.rootDirectory,
    spec: async () => spec,
    recorded: recorded.promise,
  });
  const pending = [...entry.pendingSessions];
  entry.pendingSessions.clear();
  await Promise.all(pending.map((connect) => connect(live)));
  context.faultPoint('start.attached');
  // Taken before: a container may have ended when the reply arrives, and never ends before it began.
  const startedAt = formatTimestamp(context.clock.nowNano());
  const { pid, startTime } = await shim.start();
  context.faultPoint('start.started');
  await loopTurn();
  entry.live = live;
  recordStart(context, entry, { ...parts, pid, startTime, startedAt });
  publishContainerEvent(context, entry.record, 'start');
  watchHealth(context, entry, live);
  context.logForwarders.start(context, entry);
  void updateLinkers(context, entry);
  recorded.resolve();
  learnFilter(context, entry.record, spec);
}

/** Beside the start: the next one is the first to gain from it. */
function learnFilter(context: ContainerContext, record: ContainerRecord, spec: RuntimeSpec): void {
  const runtime = runtimeOf(context, record);
  context.seccompFilters
    .learn(spec, runtime.path, path.join(runtime.root, record.id))
    .catch((error) => context.reportError(error, `reading the filter of container ${record.id}`));
}

function recordStart(
  context: ContainerContext,
  entry: ContainerEntry,
  started: {
    readonly pid: number;
    readonly startTime: number;
    readonly startedAt: string;
    readonly sandbox: SandboxState;
    readonly files: ManagedFiles;
    readonly cgroupsPath: string;
    readonly idMappings: IdMappings | undefined;
  },
): void {
  context.store.updateFacts(entry, {
    pid: started.pid,
    pidStartTime: started.startTime,
    bootId: context.kernel.host.bootId,
    cgroupsPath: started.cgroupsPath,
    cgroupDriver: context.config.cgroupDriver,
    idMappings: started.idMappings,
    startedAt: started.startedAt,
    network: networkFactsOf(started.sandbox),
    files: started.files,
    exitCode: 0,
    error: '',
    oomKilled: false,
    manuallyStopped: false,
    paused: undefined,
    restarting: undefined,
    health: healthAtStart(entry),
  });
}

function failureOf(entry: ContainerEntry, error: unknown): StartFailure {
  return startFailureOf(error, commandLine(entry.record.config).path);
}

/** The facts of a failed start: Docker shows its exit code and error in the state of the container. */
async function recordFailure(
  context: ContainerContext,
  entry: ContainerEntry,
  error: unknown,
): Promise<void> {
  const pending = [...entry.pendingSessions];
  entry.pendingSessions.clear();
  await Promise.all(pending.map((connect) => connect(undefined)));
  const failure = failureOf(entry, error);
  context.store.updateFacts(entry, {
    exitCode: failure.exitCode,
    error: failure.error.message,
    restarting: undefined,
  });
}
