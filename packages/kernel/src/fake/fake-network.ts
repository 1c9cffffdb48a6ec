import { KernelError } from '../kernel-error.ts';
import { type AddressInfo, type LinkInfo, ownNetworkNamespace, type RouteInfo } from '../links.ts';

/** One link; `peer` is the other end of a veth pair. */
export interface FakeLink extends LinkInfo {
  readonly peer?: { readonly network: FakeNetwork; readonly name: string };
  readonly hairpin?: boolean;
}

/** Links, addresses and routes of one network namespace. */
export class FakeNetwork {
  readonly links = new Map<string, FakeLink>();
  readonly addresses: AddressInfo[] = [];
  readonly routes: RouteInfo[] = [];
  #lastIndex = 0;

  constructor() {
    this.add({ name: 'lo', mtu: 65536, up: true, mac: '00:00:00:00:00:00' });
    this.addresses.push({ linkIndex: 1, address: '127.0.0.1/8' });
  }

  add(link: Omit<FakeLink, 'index'>): FakeLink {
    if (this.links.has(link.name)) throw new KernelError('RTM_NEWLINK', 'EEXIST', link.name);
    this.#lastIndex += 1;
    const added = { index: this.#lastIndex, ...link };
    this.links.set(link.name, added);
    return added;
  }

  /** The link, or ENODEV. */
  need(name: string): FakeLink {
    const link = this.links.get(name);
    if (link === undefined) throw new KernelError('RTM_GETLINK', 'ENODEV', name);
    return link;
  }

  update(name: string, change: Partial<FakeLink>): void {
    this.links.set(name, { ...this.need(name), ...change });
  }

  /** Removes the link with its addresses and routes, and the other end of a pair. */
  delete(name: string): void {
    const link = this.links.get(name);
    if (link === undefined) return;
    this.links.delete(name);
    removeAll(this.addresses, (address) => address.linkIndex === link.index);
    removeAll(this.routes, (route) => route.linkIndex === link.index);
    link.peer?.network.delete(link.peer.name);
  }
}

/** The host's network and the pinned ones, by path. */
export class FakeNetworks {
  readonly host = new FakeNetwork();
  readonly pinned = new Map<string, FakeNetwork>();

  need(path: string): FakeNetwork {
    const network = path === ownNetworkNamespace ? this.host : this.pinned.get(path);
    if (network === undefined) throw new KernelError('open', 'ENOENT', path);
    return network;
  }
}

export function removeAll<Item>(items: Item[], matches: (item: Item) => boolean): number {
  let removed = 0;
  for (let index = items.length - 1; index >= 0; index--) {
    if (!matches(items[index]!)) continue;
    items.splice(index, 1);
    removed += 1;
  }
  return removed;
}
