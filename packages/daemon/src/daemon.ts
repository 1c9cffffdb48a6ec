import { setTimeout as sleep } from 'node:timers/promises';
import type { Kernel } from '@berth/kernel';
import { Authorizer } from './authorization/authorizer.ts';
import { loadConfig } from './config/load-config.ts';
import type { DaemonConfig, PartialConfig } from './config/option-table.ts';
import { reloadConfig } from './config/reload-config.ts';
import { reloadEvent } from './config/reload-event.ts';
import type { Engine } from './engine/engine.ts';
import { pluginRegistry } from './engine/plugin-registry.ts';
import { ApiServer } from './http/api-server.ts';
import { Dispatcher } from './http/dispatcher.ts';
import type { EngineServices } from './http/services.ts';
import type { Logger, LogLevel } from './logging/logger.ts';
import { MetricsServer } from './metrics/metrics-server.ts';
import { earlyHandlers, handlers } from './routes/index.ts';
import { EventLoopMonitor } from './server/event-loop-monitor.ts';
import { IdleTrimmer } from './server/idle-trimmer.ts';
import { InstanceLock } from './server/instance-lock.ts';
import { Listeners } from './server/listeners.ts';
import { adjustOomScore } from './server/oom-score.ts';
import { removePidFile, writePidFile } from './server/pid-file.ts';
import { ServiceNotifier } from './server/service-notifier.ts';
import { writeStateDump } from './server/state-dump.ts';
import type { BuildInfo } from './system/build-info.ts';

export interface DaemonOptions {
  /** The command line, read: a reload reads the file again and keeps these. */
  readonly flags: PartialConfig;
  readonly config: DaemonConfig;
  readonly kernel: Kernel;
  readonly logger: Logger;
  readonly build: BuildInfo;
  /** Measures blocks of the event loop, for the dump. */
  readonly watchEventLoop?: boolean;
  /** Makes the engine once this daemon has its folders for itself. */
  readonly composeEngine: (config: DaemonConfig) => Promise<Engine>;
}

/** How long requests in flight get before a stopping daemon cuts them off. */
const drainMilliseconds = 3000;

/** One daemon from its start to its end. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #notifier: ServiceNotifier;
  #config: DaemonConfig;
  #listeners: Listeners | undefined;
  #running: Running | undefined;
  #stopped: Promise<void> | undefined;
  readonly #loop: EventLoopMonitor | undefined;
  readonly #authorizer: Authorizer;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#authorizer = new Authorizer({
      plugins: pluginRegistry(options.config),
      names: () => this.#config['authorization-plugins'],
    });
    this.#notifier = new ServiceNotifier(options.kernel.host);
    this.#loop = options.watchEventLoop ? new EventLoopMonitor() : undefined;
  }

  /**
   * Locks, listens, composes, reconciles, and then tells the service manager. Clients can connect from early on: a
   * ping is answered, other requests wait for the engine. When any step fails, what the earlier ones took is given
   * back.
   */
  async start(): Promise<void> {
    const { kernel, logger } = this.#options;
    const config = this.#config;
    await using undo = new AsyncDisposableStack();
    const directories = [config['data-root'], config['exec-root']];
    adjustOomScore(config['oom-score-adjust']);
    undo.use(InstanceLock.acquire(directories, kernel.files));
    writePidFile(config.pidfile, process.pid, (pid) => commandOf(kernel, pid));
    undo.defer(() => removePidFile(config.pidfile, process.pid));
    await this.#authorizer.verify();
    const started = Promise.withResolvers<EngineServices>();
    const api = this.#createApi(started.promise);
    const listenDescriptors = (): number[] => kernel.host.listenDescriptors();
    const listeners = new Listeners({ api, config, logger, listenDescriptors });
    undo.defer(() => listeners.close());
    this.#listeners = listeners;
    await listeners.open();
    try {
      const engine = undo.use(await this.#options.composeEngine(config));
      await engine.reconcile();
      const address = config['metrics-addr'];
      if (address !== '') {
        undo.use(await MetricsServer.open({ address, services: engine.services, logger }));
      }
      undo.use(this.#trimWhenIdle());
      this.#running = { engine, api, listeners, resources: undo.move() };
      started.resolve(engine.services);
    } catch (error) {
      started.reject(error);
      throw error;
    }
    this.#notifier.ready();
    logger.info('daemon', 'Daemon has completed initialization', {
      version: this.#options.build.version,
    });
  }

  /** Reads the configuration file again (SIGHUP). A file that cannot be taken over changes nothing. */
  async reload(): Promise<void> {
    const { engine } = this.#running ?? {};
    if (engine === undefined) return;
    const { logger, flags } = this.#options;
    this.#notifier.reloading();
    try {
      const { config, changed, ignored } = reloadConfig(this.#config, loadConfig(flags));
      await this.#authorizer.verify(config['authorization-plugins']);
      await engine.reload(config);
      this.#config = config;
      logger.level = logLevelOf(config);
      if (ignored.length > 0) {
        logger.warn('config', 'Some changes need a restart', { keys: ignored.join(', ') });
      }
      logger.info('config', 'Reloaded configuration', { changed: changed.join(', ') });
      engine.services.events.publish(reloadEvent(engine.daemonId, config));
    } catch (error) {
      logger.error('config', 'Configuration was not reloaded', { error });
    } finally {
      this.#notifier.ready();
    }
  }

  /** Ends the daemon in order. Containers go on running, or are stopped in the classic mode. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Writes what the daemon is doing to a file under the exec root (SIGUSR1). */
  dump(): void {
    const { logger } = this.#options;
    const path = writeStateDump(this.#config['exec-root'], {
      requests: this.#running?.api.live.list() ?? [],
      addresses: this.#running?.listeners.addresses ?? [],
      eventSubscribers: this.#running?.engine.services.events.subscriberCount ?? 0,
    });
    const longestEventLoopBlock = this.#loop?.takeLongest();
    logger.info('daemon', 'Wrote a dump of live operations', {
      path,
      ...(longestEventLoopBlock === undefined ? {} : { longestEventLoopBlock }),
    });
  }

  async #stop(): Promise<void> {
    const { logger } = this.#options;
    logger.info('daemon', 'Processing shutdown');
    this.#notifier.stopping();
    const running = this.#running;
    if (running === undefined) return this.#listeners?.close();
    this.#running = undefined;
    const { engine, api, listeners, resources } = running;
    const leave = this.#config['live-restore'];
    const closing = listeners.close(() => api.live.drained(drainMilliseconds));
    api.live.abortAll();
    await closing;
    await engine.services.containers.shutdown(
      leave ? 'leave-running' : 'stop-containers',
      this.#config['shutdown-timeout'],
    );
    await Promise.race([resources.disposeAsync(), sleep(10_000, undefined, { ref: false })]);
    logger.info('daemon', 'Daemon shutdown complete');
  }

  #trimWhenIdle(): IdleTrimmer {
    const { kernel, logger } = this.#options;
    return new IdleTrimmer({
      cpuMilliseconds: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      },
      trim: async () => {
        // The second collection frees the pages that the first has emptied.
        globalThis.gc?.();
        await sleep(100, undefined, { ref: false });
        globalThis.gc?.();
        await kernel.host.trimMemory();
        logger.debug('daemon', 'Gave unused memory back');
      },
    });
  }

  #createApi(services: Promise<EngineServices>): ApiServer {
    const { logger, build } = this.#options;
    const dispatcher = new Dispatcher({ handlers, earlyHandlers, services });
    return new ApiServer({
      dispatcher,
      logger,
      product: `Berth/${build.version} (linux)`,
      authorizer: this.#authorizer,
    });
  }
}

interface Running {
  readonly engine: Engine;
  readonly api: ApiServer;
  readonly listeners: Listeners;
  readonly resources: AsyncDisposableStack;
}

/** `--debug` wins over `--log-level`. */
export function logLevelOf(config: DaemonConfig): LogLevel {
  return config.debug ? 'debug' : (config['log-level'] as LogLevel);
}

/** The program that runs as `pid`. One that has ended and only waits for its parent does not run. */
function commandOf(kernel: Kernel, pid: number): string | undefined {
  const info = kernel.processes.info(pid);
  return info === undefined || info.state === 'Z' || info.state === 'X' ? undefined : info.command;
}
