import { closeSync, openSync } from 'node:fs';
import { errnoOf } from '@berth/errors';
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
import {
  addAddress,
  decodeAddress,
  listAddresses,
  removeAddress,
} from '../netlink/address-message.ts';
import {
  createLink,
  createSubLink,
  createVeth,
  decodeLink,
  getLink,
  listLinks,
  moveLink,
  setBridgePortHairpin,
  setLinkMac,
  setLinkMaster,
  setLinkMtu,
  setLinkUp,
  setNamedLinkUp,
  type Unnumbered,
} from '../netlink/link-message.ts';
import { NetlinkSocket } from '../netlink/netlink-socket.ts';
import {
  addRoute,
  decodeRoute,
  isLocalRoute,
  listRoutes,
  removeRoute,
} from '../netlink/route-message.ts';
import { messageType } from '../netlink/rtnetlink.ts';
import { sysAddon } from '../sys/addon.ts';
import { LinkDeletions } from './link-deletions.ts';
import { isLinkName, linkNameOf } from './link-name.ts';

/** rtnetlink(7) in the namespace of the descriptor given, or (-1) in the calling thread's own. */
export class LinuxLinks implements Links {
  readonly #namespace: number;
  #socket: NetlinkSocket | undefined;
  #deletions: LinkDeletions | undefined;
  #closed = false;

  constructor(namespace = -1) {
    this.#namespace = namespace;
  }

  inNamespace(path: string): NamespaceLinks {
    return new NamespaceLinks(openSync(path, 'r'));
  }

  list(): LinkInfo[] {
    const reply = this.#open().dump(listLinks(), { operation: 'RTM_GETLINK' });
    return reply.messages.map((message) => decodeLink(message.payload));
  }

  has(name: string): boolean {
    return isLinkName(name) && sysAddon().linkIndex(this.#namespace, name) !== 0;
  }

  get(name: string): LinkInfo | undefined {
    if (!isLinkName(name)) return undefined;
    try {
      const reply = this.#open().request(getLink(name), { operation: 'RTM_GETLINK', name });
      const message = reply.messages[0];
      return message === undefined ? undefined : decodeLink(message.payload);
    } catch (error) {
      if (errnoOf(error) === 'ENODEV') return undefined;
      throw error;
    }
  }

  createBridge(name: string, options: { readonly mac?: string; readonly mtu?: number } = {}): void {
    this.#change(createLink('bridge', linkNameOf(name), options), 'RTM_NEWLINK', name);
  }

  async createBridgeAsync(
    name: string,
    options: { readonly mac?: string; readonly mtu?: number } = {},
  ): Promise<void> {
    await this.#changeAsync(createLink('bridge', linkNameOf(name), options), 'RTM_NEWLINK', name);
  }

  createVeth(options: VethOptions): void {
    const peerNamespace = openSync(options.peerNamespace, 'r');
    try {
      this.#change(this.#vethMessage(options, peerNamespace), 'RTM_NEWLINK', options.hostName);
      using socket = new NetlinkSocket(sysAddon(), peerNamespace);
      const subject = { operation: 'RTM_SETLINK', name: options.peerName };
      try {
        socket.request(setNamedLinkUp(options.peerName), subject);
      } catch (error) {
        this.deleteLink(options.hostName).catch(() => undefined);
        throw error;
      }
    } finally {
      closeSync(peerNamespace);
    }
  }

  async createVethAsync(options: VethOptions): Promise<void> {
    const peerNamespace = openSync(options.peerNamespace, 'r');
    try {
      const message = this.#vethMessage(options, peerNamespace);
      // Sockets of their own, so that neither quick requests nor deletions are in the way.
      using outside = new NetlinkSocket(sysAddon(), this.#namespace);
      await outside.requestAsync(message, { operation: 'RTM_NEWLINK', name: options.hostName });
      using inside = new NetlinkSocket(sysAddon(), peerNamespace);
      const subject = { operation: 'RTM_SETLINK', name: options.peerName };
      try {
        await inside.requestAsync(setNamedLinkUp(options.peerName), subject);
      } catch (error) {
        this.deleteLink(options.hostName).catch(() => undefined);
        throw error;
      }
    } finally {
      closeSync(peerNamespace);
    }
  }

  createDummy(name: string): void {
    this.#change(createLink('dummy', linkNameOf(name)), 'RTM_NEWLINK', name);
  }

  createSubLink(options: SubLinkOptions): void {
    const { namespace, parent, ...rest } = options;
    linkNameOf(options.name);
    const message = { ...rest, parentIndex: this.#indexOf(parent) };
    if (namespace === undefined) {
      this.#change(createSubLink(message), 'RTM_NEWLINK', options.name);
      return;
    }
    const namespaceDescriptor = openSync(namespace, 'r');
    try {
      const born = createSubLink({ ...message, namespaceDescriptor });
      this.#change(born, 'RTM_NEWLINK', options.name);
      const subject = { operation: 'RTM_SETLINK', name: options.name };
      using socket = new NetlinkSocket(sysAddon(), namespaceDescriptor);
      socket.request(setNamedLinkUp(options.name), subject);
    } finally {
      closeSync(namespaceDescriptor);
    }
  }

  moveLink(name: string, path: string, newName: string): void {
    const target = openSync(path, 'r');
    try {
      linkNameOf(newName);
      this.#set(name, (index) => moveLink(index, target, newName));
    } finally {
      closeSync(target);
    }
  }

  setUp(name: string): void {
    this.#set(name, (index) => setLinkUp(index, true));
  }

  async setUpAsync(name: string): Promise<void> {
    await this.#changeAsync(setLinkUp(this.#indexOf(name), true), 'RTM_SETLINK', name);
  }

  setDown(name: string): void {
    this.#set(name, (index) => setLinkUp(index, false));
  }

  setMac(name: string, mac: string): void {
    this.#set(name, (index) => setLinkMac(index, mac));
  }

  setMtu(name: string, mtu: number): void {
    this.#set(name, (index) => setLinkMtu(index, mtu));
  }

  setMaster(name: string, bridge: string | undefined): void {
    const master = bridge === undefined ? 0 : this.#indexOf(bridge);
    this.#set(name, (index) => setLinkMaster(index, master));
  }

  setHairpin(name: string, on: boolean): void {
    this.#set(name, (index) => setBridgePortHairpin(index, on));
  }

  async setHairpinAsync(name: string, on: boolean): Promise<void> {
    const message = setBridgePortHairpin(this.#indexOf(name), on);
    await this.#changeAsync(message, 'RTM_SETLINK', name);
  }

  addAddress(name: string, address: string): void {
    try {
      this.#change(addAddress(this.#indexOf(name), address), 'RTM_NEWADDR', name);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }

  async addAddressAsync(name: string, address: string): Promise<void> {
    try {
      await this.#changeAsync(addAddress(this.#indexOf(name), address), 'RTM_NEWADDR', name);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }

  removeAddress(name: string, address: string): void {
    this.#change(removeAddress(this.#indexOf(name), address), 'RTM_DELADDR', name);
  }

  addresses(name?: string): AddressInfo[] {
    const index = name === undefined ? 0 : this.#indexOf(name);
    const reply = this.#open().dump(listAddresses(index), { operation: 'RTM_GETADDR' });
    const all = reply.messages.map((message) => decodeAddress(message.payload));
    return index === 0 ? all : all.filter((address) => address.linkIndex === index);
  }

  addRoute(route: NewRoute): void {
    this.#change(this.#routeMessage(route), 'RTM_NEWROUTE', route.destination);
  }

  async addRouteAsync(route: NewRoute): Promise<void> {
    await this.#changeAsync(this.#routeMessage(route), 'RTM_NEWROUTE', route.destination);
  }

  removeRoute(route: RouteInfo): void {
    this.#change(removeRoute(route), 'RTM_DELROUTE', route.destination);
  }

  routes(): RouteInfo[] {
    const reply = this.#open().dump(listRoutes(), { operation: 'RTM_GETROUTE' });
    return reply.messages
      .filter((message) => message.type === messageType.newRoute)
      .map((message) => decodeRoute(message.payload))
      .filter((route) => route !== undefined);
  }

  async routesElsewhereAsync(): Promise<RouteInfo[]> {
    using socket = new NetlinkSocket(sysAddon(), this.#namespace);
    const reply = await socket.dumpAsync(listRoutes(), { operation: 'RTM_GETROUTE' });
    return reply.messages
      .filter(({ type, payload }) => type === messageType.newRoute && !isLocalRoute(payload))
      .map((message) => decodeRoute(message.payload))
      .filter((route) => route !== undefined);
  }

  deleteLink(name: string): Promise<void> {
    if (!isLinkName(name)) return Promise.resolve();
    if (this.#closed) throw new Error('links are used after close()');
    this.#deletions ??= new LinkDeletions(this.#namespace);
    return this.#deletions.delete(name);
  }

  /** Closes the sockets once queued deletions are done. */
  closeSockets(): void {
    this.#closed = true;
    this.#socket?.close();
    this.#socket = undefined;
    void this.#deletions?.close();
  }

  #open(): NetlinkSocket {
    if (this.#closed) throw new Error('links are used after close()');
    this.#socket ??= new NetlinkSocket(sysAddon(), this.#namespace);
    return this.#socket;
  }

  #vethMessage(options: VethOptions, peerNamespaceDescriptor: number): Unnumbered {
    const bridgeIndex = this.#indexOf(options.bridge);
    linkNameOf(options.peerName);
    return createVeth({
      hostName: linkNameOf(options.hostName),
      bridgeIndex,
      peerName: options.peerName,
      peerNamespaceDescriptor,
      ...(options.peerMac === undefined ? {} : { peerMac: options.peerMac }),
      ...(options.mtu === undefined ? {} : { mtu: options.mtu }),
    });
  }

  #routeMessage({ link, ...rest }: NewRoute): Unnumbered {
    return addRoute(link === undefined ? rest : { ...rest, linkIndex: this.#indexOf(link) });
  }

  /** On a socket of its own, so that quick requests never queue behind it. */
  async #changeAsync(message: Unnumbered, operation: string, name: string): Promise<void> {
    using socket = new NetlinkSocket(sysAddon(), this.#namespace);
    await socket.requestAsync(message, { operation, name });
  }

  #change(message: Unnumbered, operation: string, name: string): void {
    this.#open().request(message, { operation, name });
  }

  #set(name: string, message: (index: number) => Unnumbered): void {
    this.#change(message(this.#indexOf(name)), 'RTM_SETLINK', name);
  }

  #indexOf(name: string): number {
    const index = isLinkName(name) ? sysAddon().linkIndex(this.#namespace, name) : 0;
    if (index === 0) throw new KernelError('RTM_GETLINK', 'ENODEV', name);
    return index;
  }
}

/** Links inside a pinned namespace, whose file it holds open until closed. */
export class NamespaceLinks extends LinuxLinks {
  readonly #file: number;
  #open = true;

  constructor(file: number) {
    super(file);
    this.#file = file;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.closeSockets();
    closeSync(this.#file);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
