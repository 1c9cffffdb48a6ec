import { KernelError } from '../kernel-error.ts';
import type { Namespaces } from '../namespaces.ts';
import { FakeNetwork, type FakeNetworks } from './fake-network.ts';

export class FakeNamespaces implements Namespaces {
  readonly #networks: FakeNetworks;
  readonly #entered: string[] = [];

  constructor(networks: FakeNetworks) {
    this.#networks = networks;
  }

  /** The namespace that an action of withNetworkNamespace is in; undefined for the host's. */
  get current(): string | undefined {
    return this.#entered.at(-1);
  }

  createNetworkNamespace(path: string): void {
    if (this.#networks.pinned.has(path)) throw new KernelError('open', 'EEXIST', path);
    this.#networks.pinned.set(path, new FakeNetwork());
  }

  removeNetworkNamespace(path: string): void {
    const network = this.#networks.pinned.get(path);
    if (network === undefined) return;
    this.#networks.pinned.delete(path);
    for (const name of [...network.links.keys()]) network.delete(name);
  }

  async createNetworkNamespaceAsync(path: string): Promise<void> {
    this.createNetworkNamespace(path);
  }

  async removeNetworkNamespaceAsync(path: string): Promise<void> {
    this.removeNetworkNamespace(path);
  }

  withNetworkNamespace<T>(path: string, action: () => T): T {
    this.#networks.need(path);
    this.#entered.push(path);
    try {
      return action();
    } finally {
      this.#entered.pop();
    }
  }
}
