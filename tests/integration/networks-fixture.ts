import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createEventBus } from '@berth/events';
import { createLinuxKernel, type Kernel } from '@berth/kernel';
import {
  createNetworkService,
  EmbeddedResolver,
  type NetworkConfig,
  type NetworkService,
  type SandboxRequest,
} from '@berth/networks';
import { type Database, openDatabase } from '@berth/state';
import {
  askServer,
  type CommandResult,
  eventually,
  freshNetwork,
  runCommand,
  serverListens,
} from '@berth/testing';

const outerVariable = 'BERTH_TEST_OUTER_NETWORK';
const ownNamespace = '/proc/self/ns/net';

/**
 * Runs the tests of a file in a process of its own, inside a new network namespace that plays the host:
 * the machine's own links, firewall and ports are neither seen nor touched.
 */
export function inPrivateNetwork(file: string, define: () => void): void {
  const outer = process.env[outerVariable];
  if (outer !== undefined) {
    if (outer === readlinkSync(ownNamespace)) throw new Error('this is not a private network');
    define();
    return;
  }
  test(`${path.basename(file)} in a network namespace of its own`, async () => {
    const script = `${freshNetwork} && exec "$0" "$@"`;
    const node = [process.execPath, ...process.execArgv.filter((arg) => !arg.startsWith('--test'))];
    const args = ['--net', 'sh', '-c', script, ...node, '--test-reporter=spec', file];
    const env = { [outerVariable]: readlinkSync(ownNamespace), NODE_TEST_CONTEXT: '' };
    const result = await runCommand('unshare', args, { env, timeoutMilliseconds: 300_000 });
    process.stdout.write(result.stdout);
    const failed = result.stdout.split('✖ failing tests:')[1] ?? '';
    assert.ok(result.code === 0, `exit status ${result.code}\n${failed}${result.stderr}`);
  });
}

/** A host with a network service, a LAN with one machine on it, and containers that are only namespaces. */
export class NetworksHost implements AsyncDisposable {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'berth-networks-'));
  readonly kernel: Kernel = createLinuxKernel();
  readonly failures: string[] = [];
  readonly #config: Partial<NetworkConfig>;
  readonly #systemBus: string | undefined;
  readonly #names: boolean;
  readonly #processes: ChildProcess[] = [];
  #database: Database | undefined;
  #service: NetworkService | undefined;

  private constructor(
    config: Partial<NetworkConfig>,
    systemBus: string | undefined,
    names: boolean,
  ) {
    this.#config = config;
    this.#systemBus = systemBus;
    this.#names = names;
  }

  /**
   * `systemBus`: socket of a message bus with firewalld on it. `names`: with name servers in the sandboxes of user-defined
   * networks.
   */
  static async start(
    config: Partial<NetworkConfig> = {},
    systemBus?: string,
    { names = false }: { readonly names?: boolean } = {},
  ): Promise<NetworksHost> {
    const host = new NetworksHost(config, systemBus, names);
    await host.startService(new Set());
    return host;
  }

  get networks(): NetworkService {
    assert.ok(this.#service !== undefined);
    return this.#service;
  }

  get namespaces(): string {
    return path.join(this.directory, 'exec', 'netns');
  }

  /** A new service over the same database, as after a restart of the daemon. */
  async startService(
    running: ReadonlySet<string>,
    change: Partial<NetworkConfig> = {},
  ): Promise<void> {
    this.#database = openDatabase(path.join(this.directory, 'state.db'));
    this.#service = createNetworkService({
      kernel: this.kernel,
      database: this.#database,
      events: createEventBus(),
      execRoot: path.join(this.directory, 'exec'),
      config: { ...this.#config, ...change },
      ...(this.#systemBus === undefined ? {} : { systemBus: this.#systemBus }),
      ...(this.#names ? { createResolver: (parts) => new EmbeddedResolver(parts) } : {}),
      reportError: (error, what) => this.failures.push(`${what}: ${String(error)}`),
    });
    await this.#service.reconcile(running);
  }

  /** What a killed daemon leaves: no sockets, everything else as it is. */
  async stopService(): Promise<void> {
    await this.#service?.close();
    this.#database?.close();
    this.#service = undefined;
    this.#database = undefined;
  }

  request(name: string, change: Partial<SandboxRequest> = {}): SandboxRequest {
    return {
      containerId: containerId(name),
      containerName: name,
      networkMode: 'bridge',
      endpoints: {},
      exposedPorts: [],
      portBindings: {},
      publishAllPorts: false,
      hostname: name,
      domainname: '',
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
      extraHosts: [],
      filesDirectory: path.join(this.directory, 'containers', name),
      ...change,
    };
  }

  /** A container's namespace and address. */
  async container(
    name: string,
    change: Partial<SandboxRequest> = {},
  ): Promise<{ readonly path: string; readonly address: string }> {
    const state = await this.networks.createSandbox(this.request(name, change));
    return { path: state.namespacePath ?? '', address: state.endpoints.bridge?.IPAddress ?? '' };
  }

  /**
   * A LAN that this host is on as 10.99.0.1, with a machine at 10.99.0.2 whose routes lead over this host.
   * The path of that machine's namespace.
   */
  lan(): string {
    const outside = path.join(this.directory, 'outside');
    const { links, namespaces } = this.kernel;
    links.createBridge('lan0');
    links.addAddress('lan0', '10.99.0.1/24');
    links.setUp('lan0');
    namespaces.createNetworkNamespace(outside);
    links.createVeth({
      hostName: 'lanport',
      bridge: 'lan0',
      peerNamespace: outside,
      peerName: 'eth0',
    });
    using inside = links.inNamespace(outside);
    inside.addAddress('eth0', '10.99.0.2/24');
    return outside;
  }

  /** Runs a program inside a namespace; without one in the host. */
  run(namespace: string | undefined, ...command: string[]): Promise<CommandResult> {
    const inside = namespace === undefined ? [] : ['nsenter', `--net=${namespace}`];
    const [program = '', ...args] = [...inside, ...command];
    return runCommand(program, args);
  }

  /** Keeps a namespace alive by a process in it. */
  async hold(namespace: string): Promise<{ end(): Promise<void> }> {
    const child = spawn('nsenter', [`--net=${namespace}`, 'sleep', '100'], { stdio: 'ignore' });
    const inside = readlinkOf(namespace);
    await eventually(() => readlinkSync(`/proc/${child.pid}/ns/net`) === inside);
    return {
      end: async () => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  /** Starts a server that tells each client its name and the client's address. */
  async serve(namespace: string | undefined, protocol: 'tcp' | 'udp', port: number, name: string) {
    const listen = `${protocol === 'tcp' ? 'TCP4' : 'UDP4'}-LISTEN:${port},fork,reuseaddr`;
    const answer = `SYSTEM:read line; echo ${name} $SOCAT_PEERADDR`;
    const inside = namespace === undefined ? [] : ['nsenter', `--net=${namespace}`];
    const [program = '', ...args] = [...inside, 'socat', listen, answer];
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    this.#processes.push(child);
    await serverListens({ namespace, protocol, family: 4, port });
  }

  /** As `serve`, for IPv6 clients. */
  async serve6(namespace: string, port: number, name: string): Promise<void> {
    const answer = `SYSTEM:read line; echo ${name} $SOCAT_PEERADDR`;
    const listen = `TCP6-LISTEN:${port},fork,reuseaddr,ipv6only=1`;
    const args = [`--net=${namespace}`, 'socat', listen, answer];
    this.#processes.push(spawn('nsenter', args, { stdio: 'ignore', detached: true }));
    await serverListens({ namespace, protocol: 'tcp', family: 6, port });
  }

  /** The answer of a server, `name client-address`; empty when there is none. */
  ask(
    namespace: string | undefined,
    address: string,
    port: number,
    protocol: 'tcp' | 'udp' = 'tcp',
  ): Promise<string> {
    return askServer({ namespace, protocol, address, port });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#processes) {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {}
    }
    if (this.#service === undefined) await this.startService(new Set());
    else await this.networks.reconcile(new Set());
    await this.stopService();
    this.kernel.namespaces.removeNetworkNamespace(path.join(this.directory, 'outside'));
    for (const link of ['docker0', 'berth0', 'lan0']) await this.kernel.links.deleteLink(link);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** `net:[inode]` of a pinned namespace. */
function readlinkOf(namespace: string): string {
  return `net:[${statSync(namespace).ino}]`;
}

export function containerId(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
}

/** Host links that are ends of pairs. */
export function pairs(kernel: Kernel): string[] {
  return kernel.links
    .list()
    .map(({ name }) => name)
    .filter((name) => /^veth[0-9a-f]{7}$/.test(name));
}
