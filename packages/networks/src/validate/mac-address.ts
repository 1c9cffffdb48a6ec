import { engineError } from '@berth/errors';
import type { IpAddress } from '../ip/ip-address.ts';

const macForm = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;

/** Canonical form `02:42:ac:11:00:02`. Refuses group addresses: no interface can have one. */
export function parseMacAddress(text: string): string {
  const multicast = (Number.parseInt(text.slice(0, 2), 16) & 1) === 1;
  if (!macForm.test(text) || multicast) throw engineError('networks.invalid-mac', { mac: text });
  return text.toLowerCase().replaceAll('-', ':');
}

/**
 * The MAC address that goes with an IPv4 address: locally administered 02:42 and the address itself. When
 * an address is given to another container its neighbours' ARP caches stay right.
 */
export function macOfAddress({ value }: IpAddress): string {
  const hex = (value & 0xffffffffn).toString(16).padStart(8, '0');
  return `02:42:${hex.match(/../g)?.join(':')}`;
}
