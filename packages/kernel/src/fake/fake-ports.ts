import { KernelError } from '../kernel-error.ts';
import type { HeldPort, PortAddress, Ports } from '../ports.ts';

const wildcards = new Set(['0.0.0.0', '::']);

/** Ports held by callers, and those that other programs of the machine are said to use. */
export class FakePorts implements Ports {
  readonly held = new Set<PortAddress>();
  /** In use by other programs. */
  readonly foreign: PortAddress[] = [];
  /** Where sockets are connected to. */
  readonly connected = new Set<PortAddress>();

  hold(port: PortAddress): HeldPort {
    if ([...this.held, ...this.foreign].some((other) => collide(port, other)))
      throw new KernelError('bind', 'EADDRINUSE', port.address);
    const entry = { ...port };
    this.held.add(entry);
    return { descriptor: -1, close: () => void this.held.delete(entry) };
  }

  connect(port: PortAddress): HeldPort {
    const entry = { ...port };
    this.connected.add(entry);
    return { descriptor: -1, close: () => void this.connected.delete(entry) };
  }
}

function collide(a: PortAddress, b: PortAddress): boolean {
  if (a.protocol !== b.protocol || a.port !== b.port || a.port === 0) return false;
  if (a.address.includes(':') !== b.address.includes(':')) return false;
  return a.address === b.address || wildcards.has(a.address) || wildcards.has(b.address);
}
