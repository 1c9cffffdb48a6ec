import { engineError } from '@berth/errors';

const macForm = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;

/** Canonical form `02:42:ac:11:00:02`. Refuses group addresses: no interface can have one. */
export function parseMacAddress(text: string): string {
  const multicast = (Number.parseInt(text.slice(0, 2), 16) & 1) === 1;
  if (!macForm.test(text) || multicast) throw engineError('networks.invalid-mac', { mac: text });
  return text.toLowerCase().replaceAll('-', ':');
}

/**
 * The MAC address that goes with an IPv4 address (`172.17.0.2/16`): locally administered 02:42 and the address
 * itself. When an address is given to another container its neighbours' ARP caches stay right.
 */
export function macOfAddress(ipv4: string): string {
  const bytes = (ipv4.split('/')[0] ?? '').split('.').map(Number);
  return ['02', '42', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

/** Of a container without IPv4; `digits` are at least eight random hexadecimal ones. */
export function randomMac(digits: string): string {
  return `02:42:${digits.slice(0, 8).match(/../g)?.join(':')}`;
}
