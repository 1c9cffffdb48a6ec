import net from 'node:net';
import { sysAddon } from '../sys/addon.ts';

const reportSize = 8;

/**
 * Sockets without a server, by groups. The first client of each is told to the group's listener once; until then
 * the socket costs nothing but its descriptor. The thread behind it begins with the first group.
 */
export class PortActivation {
  readonly #listeners = new Map<number, (place: number) => void>();
  #set: number | undefined;
  #nextGroup = 0;
  #rest: Buffer = Buffer.alloc(0);

  /** The group's number. All or none of its sockets are waited for. */
  async add(descriptors: Buffer, listener: (place: number) => void): Promise<number> {
    const set = this.#open();
    const group = this.#nextGroup++;
    this.#listeners.set(group, listener);
    try {
      await sysAddon().activationAdd(set, descriptors, group);
    } catch (error) {
      this.#listeners.delete(group);
      throw error;
    }
    return group;
  }

  async remove(descriptors: Buffer, group: number): Promise<void> {
    this.#listeners.delete(group);
    await sysAddon().activationRemove(this.#open(), descriptors);
  }

  /** For sockets that are closed: the kernel takes them out of the set. */
  forget(group: number): void {
    this.#listeners.delete(group);
  }

  #open(): number {
    if (this.#set !== undefined) return this.#set;
    const [set, stream] = sysAddon().activationOpen();
    this.#set = set;
    const socket = new net.Socket({ fd: stream });
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => socket.destroy());
    socket.unref();
    return set;
  }

  #read(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let offset = 0;
    for (; offset + reportSize <= bytes.length; offset += reportSize) {
      const place = bytes.readUInt32LE(offset);
      this.#listeners.get(bytes.readUInt32LE(offset + 4))?.(place);
    }
    this.#rest = bytes.subarray(offset);
  }
}
