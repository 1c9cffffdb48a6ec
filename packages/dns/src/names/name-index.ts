/** What has names in a network: an endpoint of a running container. */
export interface NamedAddress {
  readonly endpointId: string;
  readonly networkId: string;
  readonly networkName: string;
  /** The first is the one that PTR answers. */
  readonly names: readonly string[];
  /** Without prefix length. */
  readonly address4?: string;
  readonly address6?: string;
}

interface NetworkIndex {
  /** By name in lower case, in the order of attachment. */
  readonly byName: Map<string, NamedAddress[]>;
  /** By address; the first that had it answers. */
  readonly byAddress: Map<string, NamedAddress[]>;
}

/** The names of all networks, found in constant time. Addresses are canonical texts. */
export class NameIndex {
  readonly #endpoints = new Map<string, NamedAddress>();
  readonly #networks = new Map<string, NetworkIndex>();

  /** Adds the endpoint or replaces what was known of it. */
  put(endpoint: NamedAddress): void {
    this.delete(endpoint.endpointId);
    this.#endpoints.set(endpoint.endpointId, endpoint);
    const network = this.#networks.get(endpoint.networkId) ?? {
      byName: new Map(),
      byAddress: new Map(),
    };
    this.#networks.set(endpoint.networkId, network);
    for (const name of keysOf(endpoint)) append(network.byName, name, endpoint);
    for (const address of addressesOf(endpoint)) append(network.byAddress, address, endpoint);
  }

  /** Idempotent. */
  delete(endpointId: string): void {
    const endpoint = this.#endpoints.get(endpointId);
    const network = endpoint && this.#networks.get(endpoint.networkId);
    if (endpoint === undefined || network === undefined) return;
    this.#endpoints.delete(endpointId);
    for (const name of keysOf(endpoint)) remove(network.byName, name, endpoint);
    for (const address of addressesOf(endpoint)) remove(network.byAddress, address, endpoint);
    if (network.byName.size + network.byAddress.size === 0) {
      this.#networks.delete(endpoint.networkId);
    }
  }

  /** All that have the name in the network. `name` in lower case. */
  named(networkId: string, name: string): readonly NamedAddress[] {
    return this.#networks.get(networkId)?.byName.get(name) ?? [];
  }

  at(networkId: string, address: string): NamedAddress | undefined {
    return this.#networks.get(networkId)?.byAddress.get(address)?.[0];
  }
}

function keysOf({ names }: NamedAddress): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

function addressesOf({ address4, address6 }: NamedAddress): string[] {
  return [address4, address6].filter((address) => address !== undefined);
}

function append(map: Map<string, NamedAddress[]>, key: string, endpoint: NamedAddress): void {
  map.set(key, [...(map.get(key) ?? []), endpoint]);
}

function remove(map: Map<string, NamedAddress[]>, key: string, endpoint: NamedAddress): void {
  const rest = (map.get(key) ?? []).filter((other) => other !== endpoint);
  if (rest.length > 0) map.set(key, rest);
  else map.delete(key);
}
