import { KernelError } from '../kernel-error.ts';
import type { HeldPort, HeldRange, PortAddress, PortRange, Ports } from '../ports.ts';

const wildcards = new Set(['0.0.0.0', '::']);

/** Ports held by callers, and those that other programs of the machine are said to use. */
export class FakePorts implements Ports {
  /** A dual port is two entries. */
  readonly held = new Set<PortAddress>();
  /** In use by other programs. */
  readonly foreign: PortAddress[] = [];
  /** Where sockets are connected to. */
  readonly connected = new Set<PortAddress>();
  /** Ranges whose clients are waited for: call it to have one come. */
  readonly active = new Map<HeldRange, (place: number, socket: HeldPort) => void>();

  hold(port: PortAddress): HeldPort {
    const entry = this.#take(port);
    return { descriptor: -1, close: () => void this.held.delete(entry) };
  }

  async holdRange(range: PortRange): Promise<HeldRange> {
    const { protocol, address, port: first, count, dual } = range;
    const entries: PortAddress[] = [];
    try {
      for (let port = first; port < first + count; port++) {
        if (dual === true) entries.push(this.#take({ protocol, address: '0.0.0.0', port }));
        entries.push(this.#take({ protocol, address, port }));
      }
    } catch (error) {
      for (const entry of entries) this.held.delete(entry);
      throw error;
    }
    const held: HeldRange = {
      range,
      activate: async (serve) => void this.active.set(held, serve),
      deactivate: async () => void this.active.delete(held),
      close: async () => {
        this.active.delete(held);
        for (const entry of entries) this.held.delete(entry);
      },
    };
    return held;
  }

  connect(port: PortAddress): HeldPort {
    const entry = { ...port };
    this.connected.add(entry);
    return { descriptor: -1, close: () => void this.connected.delete(entry) };
  }

  #take({ protocol, address, port }: PortAddress): PortAddress {
    const entry = { protocol, address, port };
    if ([...this.held, ...this.foreign].some((other) => collide(entry, other))) {
      const place = address.includes(':') ? `[${address}]` : address;
      throw new KernelError('bind', 'EADDRINUSE', `${place}:${port}`);
    }
    this.held.add(entry);
    return entry;
  }
}

function collide(a: PortAddress, b: PortAddress): boolean {
  if (a.protocol !== b.protocol || a.port !== b.port || a.port === 0) return false;
  if (a.address.includes(':') !== b.address.includes(':')) return false;
  return a.address === b.address || wildcards.has(a.address) || wildcards.has(b.address);
}
