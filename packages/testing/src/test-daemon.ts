import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshNetwork } from './fresh-network.ts';
import { patience } from './patience.ts';
import { type CommandOptions, type CommandResult, runCommand } from './run-command.ts';

const repository = path.resolve(import.meta.dirname, '../../..');

export interface TestDaemonOptions {
  /** Further flags of berthd. */
  readonly args?: readonly string[];
  /** Data root; default a new folder below the daemon's own. */
  readonly dataRoot?: string;
  /** Exec root; default a new folder below the daemon's own. */
  readonly execRoot?: string;
  /** Content of daemon.json; default empty. */
  readonly config?: object;
  /** Loads the busybox image (default true). */
  readonly busybox?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Path of a mount namespace to run in; default the test's. */
  readonly mountNamespace?: string;
}

/**
 * A berthd of a test's own: temporary roots, its own socket, and a network namespace of its own, so that the
 * host's links and firewall stay as they are. `await using` ends it and all its containers and
 * removes the folder.
 */
export class TestDaemon implements AsyncDisposable {
  readonly directory: string;
  readonly dataRoot: string;
  readonly execRoot: string;
  readonly socket: string;
  readonly #options: TestDaemonOptions;
  #child: ChildProcess | undefined;
  #holder: ChildProcess | undefined;

  private constructor(options: TestDaemonOptions) {
    this.#options = options;
    this.directory = mkdtempSync(path.join(tmpdir(), 'berth-test-'));
    // The root of containers in user namespaces has to pass it.
    chmodSync(this.directory, 0o711);
    this.dataRoot = options.dataRoot ?? path.join(this.directory, 'data');
    this.execRoot = options.execRoot ?? path.join(this.directory, 'exec');
    this.socket = path.join(this.directory, 'd.sock');
    this.writeConfig(options.config ?? {});
  }

  static async start(options: TestDaemonOptions = {}): Promise<TestDaemon> {
    const daemon = new TestDaemon(options);
    try {
      await daemon.#holdNamespace();
      await daemon.startProcess();
      if (options.busybox !== false) await daemon.importBusybox();
      return daemon;
    } catch (error) {
      await daemon[Symbol.asyncDispose]();
      throw error;
    }
  }

  get host(): string {
    return `unix://${this.socket}`;
  }

  /** Process ID of berthd. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Process that holds the daemon's network namespace, the same over restarts: for `exposeTo`. */
  get namespacePid(): number {
    return this.#holder?.pid ?? 0;
  }

  get running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Resolves when berthd has ended, however it did: by the signal's name or the exit status. */
  async ended(): Promise<NodeJS.Signals | number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (this.running) await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    return child.signalCode ?? child.exitCode;
  }

  /** A path that stands for the daemon's network namespace for as long as this object lives. */
  get networkNamespace(): string {
    return `/proc/${this.#holder?.pid}/ns/net`;
  }

  /** What runs in the daemon's network namespace: berthd, shims, runtimes, and the process that holds it. */
  processes(): { readonly pid: number; readonly program: string }[] {
    const own = readlinkSync(this.networkNamespace);
    return readdirSync('/proc').flatMap((name) => {
      try {
        if (!/^\d+$/.test(name) || readlinkSync(`/proc/${name}/ns/net`) !== own) return [];
        return [{ pid: Number(name), program: path.basename(readlinkSync(`/proc/${name}/exe`)) }];
      } catch {
        return [];
      }
    });
  }

  /** Everything that berthd has written to its standard error so far. */
  get log(): string {
    return readFileSync(path.join(this.directory, 'log'), 'utf8');
  }

  /** Replaces daemon.json; the daemon reads it at its start and on SIGHUP. */
  writeConfig(config: object): void {
    writeFileSync(path.join(this.directory, 'daemon.json'), JSON.stringify(config));
  }

  /** Starts (again) with the same roots; resolves when the API answers. `env` is for this run alone. */
  async startProcess(
    extraArgs: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const log = openSync(path.join(this.directory, 'log'), 'a');
    const args = [
      `--net=/proc/${this.#holder?.pid}/ns/net`,
      ...(this.#options.mountNamespace ? [`--mount=${this.#options.mountNamespace}`] : []),
      path.join(repository, 'bin/berthd'),
      '-H',
      this.host,
      '--data-root',
      this.dataRoot,
      '--exec-root',
      this.execRoot,
      '--pidfile',
      path.join(this.directory, 'pid'),
      '--config-file',
      path.join(this.directory, 'daemon.json'),
      ...(this.#options.args ?? []),
      ...extraArgs,
    ];
    this.#child = spawn('nsenter', args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...this.#options.env, ...env },
    });
    closeSync(log);
    await this.#waitUntilReady();
  }

  /** Sends the signal and waits for the daemon's end. */
  async stopProcess(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || !this.running) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) =>
      child.once('exit', (code) => resolve(code)),
    );
    child.kill(signal);
    return ended;
  }

  docker(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const env = { DOCKER_HOST: this.host, DOCKER_CONFIG: this.directory, ...options.env };
    return runCommand('docker', args, { ...options, env });
  }

  /** Like `docker`, and fails unless the exit status is 0. The trimmed standard output. */
  async dockerOk(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const result = await this.docker(args, options);
    if (result.code !== 0) {
      throw new Error(
        `docker ${args.join(' ')} exited with ${result.code}: ${result.stderr}\n${this.#logTail()}`,
      );
    }
    return result.stdout.trimEnd();
  }

  berth(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const env = {
      DOCKER_HOST: this.host,
      BERTH_HOST: this.host,
      DOCKER_CONFIG: this.directory,
      ...options.env,
    };
    return runCommand(path.join(repository, 'bin/berth'), args, { ...options, env });
  }

  /** Runs a program in the daemon's network namespace. */
  inNamespace(
    program: string,
    args: readonly string[],
    options: CommandOptions = {},
  ): Promise<CommandResult> {
    return runCommand(
      'nsenter',
      [`--net=/proc/${this.#holder?.pid}/ns/net`, program, ...args],
      options,
    );
  }

  async importBusybox(): Promise<void> {
    const tar = await runCommand(
      'sh',
      [
        '-c',
        `sh "$0" | docker import -c 'CMD ["sh"]' - busybox:latest`,
        path.join(repository, 'scripts/busybox-root.sh'),
      ],
      { env: { DOCKER_HOST: this.host, DOCKER_CONFIG: this.directory } },
    );
    if (tar.code !== 0)
      throw new Error(`the busybox image could not be made: ${tar.stderr}\n${this.#logTail()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#child !== undefined && !this.running)
        await this.startProcess().catch(() => undefined);
      if (this.running) await this.#removeContainers();
    } finally {
      await this.stopProcess();
      this.#holder?.kill('SIGKILL');
      rmSync(this.directory, { recursive: true, force: true });
    }
  }

  async #removeContainers(): Promise<void> {
    const ids = (await this.docker(['ps', '-aq', '--no-trunc'])).stdout
      .split('\n')
      .filter((id) => id !== '');
    if (ids.length > 0) await this.docker(['rm', '-f', '-v', ...ids]);
  }

  /** A process that only keeps the network namespace alive while the daemon is killed and restarted. */
  async #holdNamespace(): Promise<void> {
    this.#holder = spawn(
      'unshare',
      ['--net', 'sh', '-c', `${freshNetwork} && echo ready && exec sleep infinity`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await new Promise<void>((resolve, reject) => {
      this.#holder?.stdout?.once('data', () => resolve());
      this.#holder?.once('exit', (code) => reject(new Error(`unshare --net exited with ${code}`)));
    });
    this.#holder.removeAllListeners('exit');
  }

  async #waitUntilReady(): Promise<void> {
    const deadline = Date.now() + patience(20_000);
    while (Date.now() < deadline) {
      if (!this.running) throw new Error(`berthd ended at its start:\n${this.#logTail()}`);
      if (await isReady(this.socket)) return;
      await sleep(25);
    }
    throw new Error(`berthd does not answer:\n${this.#logTail()}`);
  }

  #logTail(): string {
    try {
      return this.log.split('\n').slice(-30).join('\n');
    } catch {
      return '';
    }
  }
}

/** Answers something that it answers only once it has started; a ping would come sooner. */
function isReady(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    connection.once('error', () => resolve(false));
    // A daemon that is killed in between ends the connection without an error.
    connection.once('close', () => resolve(false));
    connection.once('data', (data) => {
      connection.destroy();
      resolve(data.toString().startsWith('HTTP/1.1 200'));
    });
    connection.write('GET /version HTTP/1.1\r\nHost: berth\r\nConnection: close\r\n\r\n');
  });
}
