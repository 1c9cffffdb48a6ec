import { closeSync } from 'node:fs';
import type { HeldPort, HeldRange, PortAddress, PortRange, Ports } from '../ports.ts';
import { sysAddon } from '../sys/addon.ts';
import { LinuxHeldRange } from './linux-held-range.ts';
import { PortActivation } from './port-activation.ts';
import { protocolNumber } from './protocol-number.ts';

/** Up to here the main thread is quicker by itself than by the thread pool. */
const mostAtOnce = 64;

export class LinuxPorts implements Ports {
  readonly #activation = new PortActivation();

  hold({ protocol, address, port }: PortAddress): HeldPort {
    return heldPort(sysAddon().bindPort(address, port, protocolNumber[protocol]));
  }

  async holdRange(range: PortRange): Promise<HeldRange> {
    const { protocol, address, port, count, dual = false } = range;
    const sys = sysAddon();
    const bind = count <= mostAtOnce ? sys.bindRange : sys.bindRangeAsync;
    const descriptors = await bind(address, port, count, protocolNumber[protocol], dual);
    return new LinuxHeldRange(range, descriptors, this.#activation);
  }

  connect({ protocol, address, port }: PortAddress): HeldPort {
    return heldPort(sysAddon().connectPort(address, port, protocolNumber[protocol]));
  }
}

function heldPort(descriptor: number): HeldPort {
  let open = true;
  return {
    descriptor,
    close: () => {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}
