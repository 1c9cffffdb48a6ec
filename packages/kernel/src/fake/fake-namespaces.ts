import { existsSync, openSync } from 'node:fs';
import { KernelError } from '../kernel-error.ts';
import type { NamespaceOwner, Namespaces } from '../namespaces.ts';
import { FakeNetwork, type FakeNetworks } from './fake-network.ts';

export class FakeNamespaces implements Namespaces {
  readonly #networks: FakeNetworks;
  readonly #entered: string[] = [];
  /** The user namespaces that own network namespaces, by path. */
  readonly owners = new Map<string, NamespaceOwner>();
  /** What was set, by `PATH NAME`. */
  readonly sysctls = new Map<string, string>();

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
    this.owners.delete(path);
    for (const name of [...network.links.keys()]) network.delete(name);
  }

  async createNetworkNamespaceAsync(path: string, owner?: NamespaceOwner): Promise<void> {
    if (owner !== undefined && 'joined' in owner && !existsSync(owner.joined)) {
      throw new KernelError('open', 'ENOENT', path);
    }
    this.createNetworkNamespace(path);
    if (owner !== undefined) this.owners.set(path, owner);
  }

  /** A descriptor that may be closed like a real one. */
  openOwner(path: string): number {
    this.#networks.need(path);
    return openSync('/dev/null', 'r');
  }

  async removeNetworkNamespaceAsync(path: string): Promise<void> {
    this.removeNetworkNamespace(path);
  }

  async setSysctlAsync(path: string, name: string, value: string): Promise<void> {
    this.#networks.need(path);
    this.sysctls.set(`${path} ${name}`, value);
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
