import type { Duplex } from 'node:stream';
import { engineError } from '@berth/errors';
import type { Processes } from '@berth/kernel';
import { ConnectedShim } from './connected-shim.ts';
import { shimArguments } from './shim-arguments.ts';
import type { ShimHandle, ShimLauncher, ShimStartOptions } from './shim-client.ts';
import { ShimConnection } from './shim-connection.ts';
import { plain } from './shim-fault-error.ts';
import { faultOf, numberOf, type ShimMessage, stringOf } from './shim-messages.ts';
import { connectShim } from './shim-socket.ts';

export interface ShimLauncherOptions {
  readonly processes: Processes;
  /** Path of the `berth-shim` program. */
  readonly shimPath: string;
  /** Environment of the shim and of the OCI runtime; by default only a PATH. */
  readonly environment?: Readonly<Record<string, string>>;
}

const defaultEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** Launches `berth-shim` processes; they outlive this one. */
export function createShimLauncher(options: ShimLauncherOptions): ShimLauncher {
  return new LinuxShimLauncher(options);
}

class LinuxShimLauncher implements ShimLauncher {
  readonly #options: ShimLauncherOptions;

  constructor(options: ShimLauncherOptions) {
    this.#options = options;
  }

  async launch(options: ShimStartOptions): Promise<ShimHandle> {
    const { id, bundle, exitFile } = options;
    const socket = await this.#spawn(options);
    const connection = new ShimConnection(socket, () => id);
    const ready = Promise.withResolvers<number>();
    let shim: ConnectedShim | undefined;
    connection.listen(
      (event) => {
        if (shim !== undefined) shim.receive(event);
        else settleReady(event, id, ready);
      },
      () => {
        if (shim !== undefined) void shim.lose();
        else ready.reject(launchFailed(id, 'it ended before it was ready'));
      },
    );
    try {
      const identity = { id, bundle, exitFile, shimPid: await ready.promise };
      shim = new ConnectedShim(identity, connection, false);
      return shim;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async adopt(bundle: string): Promise<ShimHandle> {
    let socket: Duplex;
    try {
      socket = await connectShim(bundle);
    } catch (error) {
      throw engineError('runtime.shim-gone', { bundle }, { cause: error });
    }
    let id = '';
    const connection = new ShimConnection(socket, () => id);
    const early: ShimMessage[] = [];
    let shim: ConnectedShim | undefined;
    connection.listen(
      (event) => (shim === undefined ? early.push(event) : shim.receive(event)),
      () => void shim?.lose(),
    );
    try {
      // Sent together: the shim is woken once. It answers in order, so no event is lost in between.
      const [, state] = await Promise.all([
        connection.request({ op: 'subscribe' }),
        connection.request({ op: 'state' }),
      ]);
      id = stringOf(state, 'id');
      const exitFile = stringOf(state, 'exitFile');
      const identity = { id, bundle, exitFile, shimPid: numberOf(state, 'shimPid') };
      shim = new ConnectedShim(identity, connection, stringOf(state, 'phase') !== 'held');
      for (const event of early) shim.receive(event);
      return shim;
    } catch (error) {
      connection.close();
      throw engineError('runtime.shim-gone', { bundle }, { cause: error });
    }
  }

  async #spawn(options: ShimStartOptions): Promise<Duplex> {
    try {
      return await this.#options.processes.launch({
        command: this.#options.shimPath,
        args: shimArguments(options),
        env: this.#options.environment ?? defaultEnvironment,
        cwd: '/',
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw launchFailed(options.id, reason, error);
    }
  }
}

function settleReady(event: ShimMessage, id: string, ready: PromiseWithResolvers<number>): void {
  if (event.event === 'ready') ready.resolve(numberOf(event, 'shimPid'));
  if (event.event === 'launch-failed') {
    const fault = faultOf(event);
    ready.reject(launchFailed(id, plain(fault), fault));
  }
}

function launchFailed(id: string, reason: string, cause?: unknown): Error {
  return engineError('runtime.shim-launch-failed', { id, reason }, { cause });
}
