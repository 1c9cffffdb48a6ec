import { KernelError } from '../kernel-error.ts';
import type {
  AddressInfo,
  LinkInfo,
  Links,
  NewRoute,
  RouteInfo,
  SubLinkOptions,
  VethOptions,
} from '../links.ts';
import { isLinkName, linkNameOf } from '../linux/link-name.ts';
import { parseAddress, parseMac, parsePrefix } from '../netlink/ip-address.ts';
import { type CallLog, recorded } from './call-log.ts';
import { type FakeLink, type FakeNetwork, type FakeNetworks, removeAll } from './fake-network.ts';

const defaultMtu = 1500;
const mainTable = 254;

/** rtnetlink over tables in memory, with the kernel's errno for what callers rely on. */
export class FakeLinks implements Links {
  readonly #networks: FakeNetworks;
  readonly #network: FakeNetwork;
  readonly #log: CallLog;

  constructor(networks: FakeNetworks, log: CallLog, network: FakeNetwork = networks.host) {
    this.#networks = networks;
    this.#network = network;
    this.#log = log;
  }

  inNamespace(path: string): ReturnType<Links['inNamespace']> {
    const network = this.#networks.need(path);
    const inside = new FakeLinks(this.#networks, this.#log, network);
    const links = recorded<Links>(this.#log, 'links', inside, path);
    return Object.assign(links, {
      close: () => undefined,
      [Symbol.dispose](this: { close(): void }) {
        this.close();
      },
    });
  }

  list(): LinkInfo[] {
    return [...this.#network.links.values()].map(publicFacts);
  }

  get(name: string): LinkInfo | undefined {
    const link = this.#network.links.get(name);
    return link === undefined ? undefined : publicFacts(link);
  }

  has(name: string): boolean {
    return this.#network.links.has(name);
  }

  async createBridgeAsync(name: string, options = {}): Promise<void> {
    this.createBridge(name, options);
  }

  async setUpAsync(name: string): Promise<void> {
    this.setUp(name);
  }

  async addAddressAsync(name: string, address: string): Promise<void> {
    this.addAddress(name, address);
  }

  async addRouteAsync(route: NewRoute): Promise<void> {
    this.addRoute(route);
  }

  async routesElsewhereAsync(): Promise<RouteInfo[]> {
    return this.routes();
  }

  createBridge(name: string, options: { readonly mac?: string; readonly mtu?: number } = {}): void {
    if (options.mac !== undefined) parseMac(options.mac);
    this.#network.add({
      name: linkNameOf(name),
      kind: 'bridge',
      mtu: options.mtu ?? defaultMtu,
      up: false,
      ...(options.mac === undefined ? {} : { mac: options.mac }),
    });
  }

  async createVethAsync(options: VethOptions): Promise<void> {
    this.createVeth(options);
  }

  createVeth(options: VethOptions): void {
    const bridge = this.#network.need(options.bridge);
    const inside = this.#networks.need(options.peerNamespace);
    const mtu = options.mtu ?? defaultMtu;
    if (inside.links.has(linkNameOf(options.peerName)))
      throw new KernelError('RTM_NEWLINK', 'EEXIST', options.hostName);
    this.#network.add({
      name: linkNameOf(options.hostName),
      kind: 'veth',
      mtu,
      up: true,
      masterIndex: bridge.index,
      peer: { network: inside, name: options.peerName },
    });
    inside.add({
      name: options.peerName,
      kind: 'veth',
      mtu,
      up: true,
      peer: { network: this.#network, name: options.hostName },
      ...(options.peerMac === undefined ? {} : { mac: options.peerMac }),
    });
  }

  createDummy(name: string): void {
    this.#network.add({ name: linkNameOf(name), kind: 'dummy', mtu: defaultMtu, up: false });
  }

  createSubLink({ name, parent, kind, namespace, mac, mtu = defaultMtu }: SubLinkOptions): void {
    this.#network.need(parent);
    const network = namespace === undefined ? this.#network : this.#networks.need(namespace);
    network.add({
      name: linkNameOf(name),
      kind: kind.type,
      mtu,
      up: namespace !== undefined,
      ...(mac === undefined ? {} : { mac }),
    });
  }

  moveLink(name: string, path: string, newName: string): void {
    const { index: _index, ...link } = this.#network.need(name);
    const target = this.#networks.need(path);
    target.add({ ...link, name: linkNameOf(newName), up: false });
    this.#network.links.delete(name);
  }

  setUp(name: string): void {
    this.#network.update(name, { up: true });
  }

  setDown(name: string): void {
    const { index } = this.#network.need(name);
    this.#network.update(name, { up: false });
    removeAll(this.#network.routes, (route) => route.linkIndex === index);
  }

  setMac(name: string, mac: string): void {
    parseMac(mac);
    this.#network.update(name, { mac });
  }

  setMtu(name: string, mtu: number): void {
    this.#network.update(name, { mtu });
  }

  setMaster(name: string, bridge: string | undefined): void {
    const { masterIndex, ...rest } = this.#network.need(name);
    if (bridge === undefined) this.#network.links.set(name, rest);
    else this.#network.update(name, { masterIndex: this.#network.need(bridge).index });
  }

  setHairpin(name: string, on: boolean): void {
    this.#network.update(name, { hairpin: on });
  }

  async setHairpinAsync(name: string, on: boolean): Promise<void> {
    this.setHairpin(name, on);
  }

  addAddress(name: string, address: string): void {
    const entry = { linkIndex: this.#network.need(name).index, address: withLength(address) };
    const known = this.#network.addresses.some((other) => sameAddress(other, entry));
    if (!known) this.#network.addresses.push(entry);
  }

  removeAddress(name: string, address: string): void {
    const entry = { linkIndex: this.#network.need(name).index, address: withLength(address) };
    const removed = removeAll(this.#network.addresses, (other) => sameAddress(other, entry));
    if (removed === 0) throw new KernelError('RTM_DELADDR', 'EADDRNOTAVAIL', name);
  }

  addresses(name?: string): AddressInfo[] {
    if (name === undefined) return [...this.#network.addresses];
    const { index } = this.#network.need(name);
    return this.#network.addresses.filter((address) => address.linkIndex === index);
  }

  addRoute(route: NewRoute): void {
    const { destination, gateway, link } = route;
    const family = (gateway ?? destination).includes(':') ? 6 : (route.family ?? 4);
    if (gateway !== undefined) parseAddress(gateway);
    if (destination !== 'default') parsePrefix(destination);
    const same = (other: RouteInfo) => other.destination === destination && other.family === family;
    if (this.#network.routes.some(same))
      throw new KernelError('RTM_NEWROUTE', 'EEXIST', destination);
    this.#network.routes.push({
      destination,
      ...(gateway === undefined ? {} : { gateway }),
      ...(link === undefined ? {} : { linkIndex: this.#network.need(link).index }),
      table: mainTable,
      family,
    });
  }

  removeRoute(route: RouteInfo): void {
    const same = (other: RouteInfo) =>
      other.destination === route.destination &&
      other.family === route.family &&
      other.gateway === route.gateway &&
      other.linkIndex === route.linkIndex;
    if (removeAll(this.#network.routes, same) === 0)
      throw new KernelError('RTM_DELROUTE', 'ESRCH', route.destination);
  }

  routes(): RouteInfo[] {
    return [...this.#network.routes];
  }

  async deleteLink(name: string): Promise<void> {
    if (isLinkName(name)) this.#network.delete(name);
  }
}

function publicFacts(link: FakeLink): LinkInfo {
  const { peer, hairpin, ...facts } = link;
  return facts;
}

function withLength(address: string): string {
  const { length } = parsePrefix(address);
  return `${address.split('/')[0]}/${length}`;
}

function sameAddress(a: AddressInfo, b: AddressInfo): boolean {
  return a.linkIndex === b.linkIndex && a.address === b.address;
}
