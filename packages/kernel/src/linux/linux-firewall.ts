import { closeSync, openSync } from 'node:fs';
import { engineError, errnoOf } from '@berth/errors';
import type { Firewall, FirewallChange } from '../firewall.ts';
import { KernelError } from '../kernel-error.ts';
import { decodeGeneration, getGeneration, protocolNetfilter } from '../netlink/firewall-message.ts';
import { NetlinkSocket } from '../netlink/netlink-socket.ts';
import { sysAddon } from '../sys/addon.ts';
import { watchFirewall } from './firewall-watch.ts';
import { nftFailure } from './nft-failure.ts';

type Mode = 'apply' | 'check' | 'json' | 'print';

interface Request extends PromiseWithResolvers<string> {
  readonly commands: string;
  readonly mode: Mode;
}

/** So much text at most becomes one transaction. */
const mostTogether = 256 * 1024;

/**
 * Changes that are asked for while one is under way are the next transaction together: the kernel waits for a grace
 * period at the end of each.
 */
export class LinuxFirewall implements Firewall {
  readonly #namespacePath: string | undefined;
  readonly #waiting: Request[] = [];
  #running = false;
  /** Transactions that were made. */
  #made = 0;

  constructor(namespacePath?: string) {
    this.#namespacePath = namespacePath;
  }

  inNamespace(path: string): Firewall {
    return new LinuxFirewall(path);
  }

  async apply(commands: string): Promise<void> {
    await this.#enqueue(commands, 'apply');
  }

  async check(commands: string): Promise<void> {
    await this.#enqueue(commands, 'check');
  }

  async list(command: string): Promise<unknown> {
    const output = await this.#enqueue(command, 'json');
    return output === '' ? { nftables: [] } : (JSON.parse(output) as unknown);
  }

  print(command: string): Promise<string> {
    return this.#enqueue(command, 'print');
  }

  watch(listener: (changes: readonly FirewallChange[]) => void): () => void {
    if (this.#namespacePath !== undefined) throw new Error('only the host’s firewall is watched');
    return watchFirewall(listener);
  }

  foreignChanges(): number | undefined {
    if (this.#running) return undefined;
    using socket = new NetlinkSocket(sysAddon(), -1, protocolNetfilter);
    const { messages } = socket.request(getGeneration(), { operation: 'NFT_MSG_GETGEN' });
    return decodeGeneration(messages[0]?.payload ?? Buffer.alloc(0)) - this.#made;
  }

  #enqueue(commands: string, mode: Mode): Promise<string> {
    const request = { ...Promise.withResolvers<string>(), commands, mode };
    this.#waiting.push(request);
    if (!this.#running) void this.#work();
    return request.promise;
  }

  async #work(): Promise<void> {
    this.#running = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const together = [next, ...this.#takeLike(next)];
      if (together.length > 1 && (await this.#runTogether(together))) continue;
      for (const request of together) {
        await this.#run(request.commands, request.mode).then(request.resolve, request.reject);
      }
    }
    this.#running = false;
  }

  /** The changes that follow a change. */
  #takeLike({ mode, commands }: Request): Request[] {
    if (mode !== 'apply') return [];
    let length = commands.length;
    let count = 0;
    for (const other of this.#waiting) {
      length += other.commands.length;
      if (other.mode !== 'apply' || length > mostTogether) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** False when one of them cannot be made: then none is. */
  async #runTogether(requests: readonly Request[]): Promise<boolean> {
    try {
      const output = await this.#run(requests.map(withNewline).join(''), 'apply');
      for (const { resolve } of requests) resolve(output);
      return true;
    } catch {
      return false;
    }
  }

  async #run(commands: string, mode: Mode): Promise<string> {
    const path = this.#namespacePath;
    const namespace = path === undefined ? -1 : openSync(path, 'r');
    try {
      const result = await sysAddon().nft(commands, mode === 'json', mode === 'check', namespace);
      if (!result.ok) throw nftFailure(result.errors);
      if (mode === 'apply') this.#made += 1;
      return result.output;
    } catch (error) {
      throw explained(error);
    } finally {
      if (namespace >= 0) closeSync(namespace);
    }
  }
}

function withNewline({ commands }: Request): string {
  return commands.endsWith('\n') ? commands : `${commands}\n`;
}

function explained(error: unknown): unknown {
  if (!(error instanceof KernelError) || errnoOf(error) !== 'ELIBACC') return error;
  return engineError('kernel.nftablesMissing', { reason: error.message }, { cause: error });
}
