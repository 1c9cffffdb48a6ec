import { randomInt } from 'node:crypto';
import { errnoOf } from '@berth/errors';
import {
  deleteLink,
  deleteLinkGroup,
  setLinkGroup,
  type Unnumbered,
} from '../netlink/link-message.ts';
import { NetlinkSocket } from '../netlink/netlink-socket.ts';
import { sysAddon } from '../sys/addon.ts';

/** Group numbers are drawn from above what people give by hand. */
const firstGroup = 2 ** 24;
const lastGroup = 2 ** 31;

/**
 * Deletes links of one namespace, off the main thread. The kernel waits for a grace period before it lets go of a link,
 * and with the many of a group but once; so those that are asked for during one wait are the next group.
 */
export class LinkDeletions {
  readonly #socket: NetlinkSocket;
  readonly #namespace: number;
  /** Not begun yet, by name. */
  #wanted = new Map<string, PromiseWithResolvers<void>>();
  #running: Promise<void> | undefined;

  constructor(namespace: number) {
    this.#namespace = namespace;
    this.#socket = new NetlinkSocket(sysAddon(), namespace);
  }

  /** Resolves when the link is gone; there may be none. */
  delete(name: string): Promise<void> {
    const known = this.#wanted.get(name) ?? Promise.withResolvers<void>();
    this.#wanted.set(name, known);
    this.#running ??= this.#run();
    return known.promise;
  }

  /** Once all are gone. */
  async close(): Promise<void> {
    await this.#running;
    this.#socket.close();
  }

  async #run(): Promise<void> {
    // Those that are asked for in the same turn belong together.
    await Promise.resolve();
    while (this.#wanted.size > 0) {
      const batch = this.#wanted;
      this.#wanted = new Map();
      try {
        await this.#deleteAll([...batch.keys()]);
        for (const { resolve } of batch.values()) resolve();
      } catch (error) {
        for (const { reject } of batch.values()) reject(error);
      }
    }
    this.#running = undefined;
  }

  async #deleteAll(names: readonly string[]): Promise<void> {
    const [only = ''] = names;
    if (names.length === 1) {
      await this.#request(deleteLink(only), 'RTM_DELLINK', only);
      return;
    }
    const group = randomInt(firstGroup, lastGroup);
    let members = 0;
    for (const name of names) {
      const index = sysAddon().linkIndex(this.#namespace, name);
      if (index === 0) continue;
      await this.#request(setLinkGroup(index, group), 'RTM_SETLINK', name);
      members += 1;
    }
    if (members > 0) await this.#request(deleteLinkGroup(group), 'RTM_DELLINK', names.join(', '));
  }

  async #request(message: Unnumbered, operation: string, name: string): Promise<void> {
    try {
      await this.#socket.requestAsync(message, { operation, name });
    } catch (error) {
      if (errnoOf(error) !== 'ENODEV') throw error;
    }
  }
}
