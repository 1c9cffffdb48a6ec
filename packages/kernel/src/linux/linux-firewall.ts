import { closeSync, openSync } from 'node:fs';
import { engineError, errnoOf } from '@berth/errors';
import type { Firewall, FirewallChange } from '../firewall.ts';
import { KernelError } from '../kernel-error.ts';
import { sysAddon } from '../sys/addon.ts';
import { watchFirewall } from './firewall-watch.ts';
import { nftFailure } from './nft-failure.ts';

type Mode = 'apply' | 'check' | 'json' | 'print';

export class LinuxFirewall implements Firewall {
  readonly #namespacePath: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();

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

  #enqueue(commands: string, mode: Mode): Promise<string> {
    const result = this.#queue.then(() => this.#run(commands, mode));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #run(commands: string, mode: Mode): Promise<string> {
    const path = this.#namespacePath;
    const namespace = path === undefined ? -1 : openSync(path, 'r');
    try {
      const result = await sysAddon().nft(commands, mode === 'json', mode === 'check', namespace);
      if (!result.ok) throw nftFailure(result.errors);
      return result.output;
    } catch (error) {
      throw explained(error);
    } finally {
      if (namespace >= 0) closeSync(namespace);
    }
  }
}

function explained(error: unknown): unknown {
  if (!(error instanceof KernelError) || errnoOf(error) !== 'ELIBACC') return error;
  return engineError('kernel.nftablesMissing', { reason: error.message }, { cause: error });
}
