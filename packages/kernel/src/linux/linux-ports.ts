import { closeSync } from 'node:fs';
import type { HeldPort, PortAddress, Ports, TransportProtocol } from '../ports.ts';
import { sysAddon } from '../sys/addon.ts';

/** IPPROTO_ numbers of ip(7). */
const protocolNumber: Readonly<Record<TransportProtocol, number>> = { tcp: 6, udp: 17, sctp: 132 };

export class LinuxPorts implements Ports {
  hold({ protocol, address, port }: PortAddress): HeldPort {
    return heldPort(sysAddon().bindPort(address, port, protocolNumber[protocol]));
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
