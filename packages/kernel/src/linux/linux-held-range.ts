import { closeSync } from 'node:fs';
import type { HeldPort, HeldRange, PortRange } from '../ports.ts';
import { sysAddon } from '../sys/addon.ts';
import type { PortActivation } from './port-activation.ts';

const descriptorSize = 4;
const retryMilliseconds = 1000;
/** Up to here sockets are closed at once. */
const mostAtOnce = 64;

/** Sockets of consecutive ports; `descriptors` as int32, in the ports' order. */
export class LinuxHeldRange implements HeldRange {
  readonly range: PortRange;
  readonly #activation: PortActivation;
  #descriptors: Buffer | undefined;
  #group: number | undefined;

  constructor(range: PortRange, descriptors: Buffer, activation: PortActivation) {
    this.range = range;
    this.#descriptors = descriptors;
    this.#activation = activation;
  }

  async activate(serve: (place: number, socket: HeldPort) => void): Promise<void> {
    const descriptors = this.#descriptors;
    if (descriptors === undefined || this.#group !== undefined) return;
    this.#group = await this.#activation.add(descriptors, (place) => this.#hand(place, serve));
  }

  #hand(place: number, serve: (place: number, socket: HeldPort) => void): void {
    if (this.#descriptors === undefined) return;
    let copy: number;
    try {
      copy = sysAddon().duplicate(this.#descriptors.readInt32LE(place * descriptorSize));
    } catch {
      // Out of descriptors: the client waits in the kernel's queue meanwhile.
      setTimeout(() => this.#hand(place, serve), retryMilliseconds).unref();
      return;
    }
    serve(place, { descriptor: copy, close: () => closeSync(copy) });
  }

  async deactivate(): Promise<void> {
    const [descriptors, group] = [this.#descriptors, this.#group];
    this.#group = undefined;
    if (descriptors !== undefined && group !== undefined) {
      await this.#activation.remove(descriptors, group);
    }
  }

  async close(): Promise<void> {
    const [descriptors, group] = [this.#descriptors, this.#group];
    this.#descriptors = undefined;
    this.#group = undefined;
    if (descriptors === undefined) return;
    if (group !== undefined) this.#activation.forget(group);
    if (descriptors.length > mostAtOnce * descriptorSize) {
      await sysAddon().closeRangeAsync(descriptors);
      return;
    }
    for (let offset = 0; offset < descriptors.length; offset += descriptorSize) {
      closeSync(descriptors.readInt32LE(offset));
    }
  }
}
