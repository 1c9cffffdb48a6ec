import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../eventually.ts';
import { runCommand } from '../run-command.ts';
import { forwardPort } from './forward-port.ts';
import type { CertificateFiles } from './test-certificates.ts';
import type { TokenServer } from './token-server.ts';

export interface TestRegistryOptions {
  /** Serves TLS with this certificate. */
  readonly tls?: CertificateFiles;
  /** Authorities whose client certificates are asked for. */
  readonly clientCa?: string;
  /** Users and passwords for basic authentication. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lets a token server decide. */
  readonly tokens?: TokenServer;
  /** Makes it a pull-through cache of another registry. */
  readonly mirrorOf?: string;
}

/** Debian's docker-registry on a free port of 127.0.0.1, empty at its start. `await using` ends it. */
export class TestRegistry implements AsyncDisposable {
  readonly port: number;
  readonly directory: string;
  readonly #tls: boolean;
  #child: ChildProcess | undefined;
  readonly #forwards: AsyncDisposable[] = [];

  private constructor(port: number, tls: boolean) {
    this.port = port;
    this.#tls = tls;
    this.directory = mkdtempSync(path.join(tmpdir(), 'berth-test-registry-'));
  }

  static async start(options: TestRegistryOptions = {}): Promise<TestRegistry> {
    for (let attempt = 1; ; attempt++) {
      const registry = new TestRegistry(await freePort(), options.tls !== undefined);
      try {
        await registry.#configure(options);
        await registry.#startProcess();
        return registry;
      } catch (error) {
        // Another program may have got the port meanwhile.
        const taken = registry.log.includes('address already in use');
        await registry[Symbol.asyncDispose]();
        if (!taken || attempt === 5) throw error;
      }
    }
  }

  /** As it stands in image names: `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://${this.host}`;
  }

  get log(): string {
    const file = path.join(this.directory, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Lets the daemon with this process ID reach the registry under the same address. */
  async exposeTo(pid: number): Promise<void> {
    this.#forwards.push(await forwardPort(pid, this.port));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const forward of this.#forwards) await forward[Symbol.asyncDispose]();
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #configure(options: TestRegistryOptions): Promise<void> {
    const { tls, clientCa, users, tokens, mirrorOf } = options;
    const file = (name: string) => path.join(this.directory, name);
    if (users !== undefined) writeFileSync(file('htpasswd'), await htpasswd(users));
    const auth =
      users !== undefined
        ? { htpasswd: { realm: 'Test Registry', path: file('htpasswd') } }
        : tokens?.registryConfiguration();
    const config = {
      version: 0.1,
      log: { level: 'info', accesslog: { disabled: false } },
      storage: {
        filesystem: { rootdirectory: file('data') },
        delete: { enabled: true },
        maintenance: { uploadpurging: { enabled: false } },
      },
      http: {
        addr: this.host,
        secret: 'test',
        ...(tls === undefined
          ? {}
          : {
              tls: {
                certificate: tls.cert,
                key: tls.key,
                ...(clientCa === undefined ? {} : { clientcas: [clientCa] }),
              },
            }),
      },
      ...(auth === undefined ? {} : { auth }),
      ...(mirrorOf === undefined ? {} : { proxy: { remoteurl: mirrorOf } }),
    };
    // JSON is YAML.
    writeFileSync(file('config.yml'), JSON.stringify(config));
  }

  async #startProcess(): Promise<void> {
    const log = openSync(path.join(this.directory, 'log'), 'a');
    const args = ['serve', path.join(this.directory, 'config.yml')];
    const child = spawn('docker-registry', args, { stdio: ['ignore', log, log] });
    this.#child = child;
    closeSync(log);
    await eventually(() => child.exitCode !== null || this.log.includes('listening on'));
    if (child.exitCode !== null) throw new Error(`docker-registry ended:\n${this.log}`);
  }
}

/** A port of 127.0.0.1 that was free just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function htpasswd(users: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries(users).map(async ([user, password]) => {
    const result = await runCommand('htpasswd', ['-niB', '-C', '4', user], { input: password });
    if (result.code !== 0) throw new Error(`htpasswd: ${result.stderr}`);
    return result.stdout.trim();
  });
  return `${(await Promise.all(lines)).join('\n')}\n`;
}
