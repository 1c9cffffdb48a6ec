import { ConcurrencyLimit } from '@berth/images/concurrency-limit.ts';
import { attachContainer } from './attach/attach-session.ts';
import { changesOf } from './container-changes.ts';
import { commitContainer } from './container-commit.ts';
import { connectInQueue, disconnectInQueue } from './container-connect.ts';
import type { ContainerContext, ContainersDependencies } from './container-context.ts';
import { createContainer } from './container-create.ts';
import type { ContainerEntry } from './container-entry.ts';
import { exportContainer } from './container-export.ts';
import { inspectContainer } from './container-inspect.ts';
import { listContainers } from './container-list.ts';
import { logsOfContainer } from './container-logs.ts';
import { ContainerPaths } from './container-paths.ts';
import { pauseInQueue, unpauseInQueue } from './container-pause.ts';
import { pruneContainers } from './container-prune.ts';
import { removeContainer } from './container-remove.ts';
import { renameInQueue } from './container-rename.ts';
import { resizeContainer } from './container-resize.ts';
import { restartContainer } from './container-restart.ts';
import type { ContainerService } from './container-service.ts';
import { shutDown } from './container-shutdown.ts';
import { startByName } from './container-start.ts';
import { killContainer, stopContainer } from './container-stop.ts';
import { ContainerStore } from './container-store.ts';
import { topOfContainer } from './container-top.ts';
import { updateInQueue } from './container-update.ts';
import { containerNeeds, countContainers, imageUsersOf } from './container-usage.ts';
import { waitForContainer } from './container-wait.ts';
import { createExec } from './exec/exec-create.ts';
import { inspectExec } from './exec/exec-inspect.ts';
import { resizeExec } from './exec/exec-resize.ts';
import { startExec } from './exec/exec-start.ts';
import { ExecStore } from './exec/exec-store.ts';
import { readFiles } from './files/read-files.ts';
import { statFile } from './files/stat-file.ts';
import { writeFiles } from './files/write-files.ts';
import { createFollowUps } from './follow-ups.ts';
import { LogCompressor } from './logs/log-compressor.ts';
import { LogForwarders } from './logs/log-forwarders.ts';
import { reconcileContainers } from './reconcile/reconcile-containers.ts';
import { SeccompFilters } from './start/seccomp-filters.ts';
import { measureOnce, streamStats } from './stats/container-stats.ts';
import { measureAll } from './stats/measure-all.ts';
import { StatsCollector } from './stats/stats-collector.ts';
import { xrayContainer } from './xray/xray-container.ts';

/** Wires the lifecycle of containers to what it stands on. Call `reconcile` before anything else. */
export function createContainerService(dependencies: ContainersDependencies): ContainerService {
  const context = createContext(dependencies);
  dependencies.images.setUsers(imageUsersOf(context.store));
  const inQueue = <T>(name: string, action: (entry: ContainerEntry) => Promise<T>): Promise<T> => {
    const entry = context.store.find(name);
    return entry.queue.run(() => {
      // Removed while it waited for its turn.
      if (entry.gone) context.store.find(name);
      return action(entry);
    });
  };
  return {
    reconcile: () => reconcileContainers(context),
    shutdown: (mode, timeout) => shutDown(context, mode, timeout),
    create: (body, options) => createContainer(context, body, options),
    list: (options) => listContainers(context, options),
    inspect: async (name, options = {}) =>
      await inspectContainer(context, context.store.find(name), options),
    start: (name, options = {}) => inQueue(name, (entry) => startByName(context, entry, options)),
    stop: async (name, options = {}) =>
      await stopContainer(context, context.store.find(name), options),
    restart: async (name, options = {}) =>
      await restartContainer(context, context.store.find(name), options),
    kill: (name, signal) => killContainer(context, name, signal),
    pause: (name) => inQueue(name, (entry) => pauseInQueue(context, entry)),
    unpause: (name) => inQueue(name, (entry) => unpauseInQueue(context, entry)),
    rename: (name, newName) => inQueue(name, (entry) => renameInQueue(context, entry, newName)),
    update: (name, body) => inQueue(name, (entry) => updateInQueue(context, entry, body)),
    connect: (name, network, settings) =>
      inQueue(name, (entry) => connectInQueue(context, entry, network, settings)),
    disconnect: (name, network) =>
      inQueue(name, (entry) => disconnectInQueue(context, entry, network)),
    remove: (name, options = {}) => removeContainer(context, name, options),
    prune: (filters) => pruneContainers(context, filters),
    wait: async (name, condition, signal) => waitForContainer(context, name, condition, signal),
    attach: (name, options) => attachContainer(context, name, options),
    logs: async (name, options) => logsOfContainer(context, name, options),
    resize: (name, rows, columns) => resizeContainer(context, name, rows, columns),
    xray: async (name) => await xrayContainer(context, context.store.find(name)),
    top: (name, psArguments) => topOfContainer(context, name, psArguments),
    changes: (name) => changesOf(context, name),
    export: (name) => exportContainer(context, name),
    stats: (name, options) => measureOnce(context, name, options),
    streamStats: (name, signal) => streamStats(context, name, signal),
    measureAll: () => measureAll(context),
    statFile: (name, path) => statFile(context, name, path),
    readFiles: (name, path) => readFiles(context, name, path),
    writeFiles: (name, path, options) => writeFiles(context, name, path, options),
    commit: (name, options) => commitContainer(context, name, options),
    execCreate: async (name, body) => createExec(context, name, body),
    execStart: (execId, options) => startExec(context, execId, options),
    execResize: (execId, rows, columns) => resizeExec(context, execId, rows, columns),
    execInspect: async (execId) => inspectExec(context.execs.get(execId)),
    counts: () => countContainers(context.store),
    needs: () => containerNeeds(context.store),
    diskUsage: () => listContainers(context, { all: true, size: true }),
  };
}

function createContext(dependencies: ContainersDependencies): ContainerContext {
  const paths = new ContainerPaths(dependencies.dataRoot, dependencies.execRoot);
  const context: ContainerContext = {
    ...dependencies,
    followUps: createFollowUps(() => context),
    kills: new ConcurrencyLimit(Math.max(8, dependencies.kernel.host.cpuCount)),
    store: new ContainerStore(dependencies.database),
    logForwarders: new LogForwarders(),
    logCompressor: new LogCompressor(() => context),
    stats: new StatsCollector(() => context),
    execs: new ExecStore(dependencies.events, paths),
    paths,
    seccompFilters: new SeccompFilters(),
    faultPoint: dependencies.faultPoint ?? (() => undefined),
    reportError: dependencies.reportError ?? (() => undefined),
    random: dependencies.random ?? Math.random,
    shuttingDown: false,
  };
  return context;
}
