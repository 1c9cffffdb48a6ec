import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  askServer,
  freshNetwork,
  runCommand,
  serverListens,
  type TestDaemon,
} from '@berth/testing';

/**
 * Another machine, as a network namespace with a cable to the daemon's: 10.99.0.2 and fd99::2 here, 10.99.0.1 and fd99::1
 * (interface `up0`) there. Its routes to everything else lead over the daemon's host.
 */
export class OutsideHost implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #daemon: TestDaemon;

  private constructor(child: ChildProcess, daemon: TestDaemon) {
    this.#child = child;
    this.#daemon = daemon;
  }

  static async connect(daemon: TestDaemon): Promise<OutsideHost> {
    const script = `${freshNetwork} && echo ready && exec sleep infinity`;
    const child = spawn('unshare', ['--net', 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout !== null) await once(child.stdout, 'data');
    const host = new OutsideHost(child, daemon);
    await host.#cable();
    return host;
  }

  async #cable(): Promise<void> {
    const setUp = (own: string, address: string) =>
      `ip addr add 10.99.0.${address}/24 dev ${own} && ip addr add fd99::${address}/64 dev ${own} nodad && ip link set ${own} up`;
    const here = `ip link add up0 type veth peer name eth0 netns ${this.#child.pid} && ${setUp('up0', '1')}`;
    const there = `${setUp('eth0', '2')} && ip route add default via 10.99.0.1 && ip -6 route add default via fd99::1`;
    for (const result of [
      await this.#daemon.inNamespace('sh', ['-c', here]),
      await this.run('sh', ['-c', there]),
    ]) {
      if (result.code !== 0) throw new Error(result.stderr);
    }
  }

  /** Runs a program on this machine. */
  run(program: string, args: readonly string[]) {
    return runCommand('nsenter', [`--net=${this.namespace}`, program, ...args]);
  }

  get namespace(): string {
    return `/proc/${this.#child.pid}/ns/net`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** Servers that tell each client their name and its address, each in a network namespace of its own. */
export class AddressServers implements Disposable {
  readonly #children: ChildProcess[] = [];

  /** Resolves when clients of both families can come. */
  async serve(
    namespace: string,
    protocol: 'tcp' | 'udp',
    port: number,
    name: string,
  ): Promise<void> {
    const kind = protocol.toUpperCase();
    const answer = `SYSTEM:read line; echo ${name} $SOCAT_PEERADDR`;
    for (const listen of [`${kind}4-LISTEN:${port}`, `${kind}6-LISTEN:${port},ipv6only=1`]) {
      const args = [`--net=${namespace}`, 'socat', `${listen},fork,reuseaddr`, answer];
      this.#children.push(spawn('nsenter', args, { stdio: 'ignore', detached: true }));
    }
    for (const family of [4, 6] as const)
      await serverListens({ namespace, protocol, family, port });
  }

  /** Ends them with what they have forked. */
  [Symbol.dispose](): void {
    for (const { pid } of this.#children.splice(0)) {
      try {
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {}
    }
  }
}

/** What such a server answers to a client in a namespace, `name address`; empty when there is no answer. */
export async function ask(
  namespace: string,
  protocol: 'tcp' | 'udp',
  address: string,
  port: number,
): Promise<string> {
  const answer = await askServer({ namespace, protocol, address, port });
  const [name = '', seen = ''] = answer.split(' ');
  // socat writes IPv6 addresses in full.
  const client = seen.startsWith('[') ? new URL(`http://${seen}`).hostname.slice(1, -1) : seen;
  return `${name} ${client}`.trim();
}
