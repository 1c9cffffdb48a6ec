import { engineError } from '@berth/errors';
import { parseIpAddress } from '../ip/ip-address.ts';

/** Keys of `--opt` and of an endpoint's `--driver-opt` that drivers read. */
export const networkOption = {
  defaultBridge: 'com.docker.network.bridge.default_bridge',
  icc: 'com.docker.network.bridge.enable_icc',
  ipMasquerade: 'com.docker.network.bridge.enable_ip_masquerade',
  hostBindingIpv4: 'com.docker.network.bridge.host_binding_ipv4',
  bridgeName: 'com.docker.network.bridge.name',
  gatewayModeIpv4: 'com.docker.network.bridge.gateway_mode_ipv4',
  gatewayModeIpv6: 'com.docker.network.bridge.gateway_mode_ipv6',
  inhibitIpv4: 'com.docker.network.bridge.inhibit_ipv4',
  trustedInterfaces: 'com.docker.network.bridge.trusted_host_interfaces',
  mtu: 'com.docker.network.driver.mtu',
  hostIpv4: 'com.docker.network.host_ipv4',
  hostIpv6: 'com.docker.network.host_ipv6',
  interfacePrefix: 'com.docker.network.container_iface_prefix',
  enableIpv4: 'com.docker.network.enable_ipv4',
  enableIpv6: 'com.docker.network.enable_ipv6',
  endpointInterface: 'com.docker.network.endpoint.ifname',
  endpointSysctls: 'com.docker.network.endpoint.sysctls',
} as const;

type Options = Readonly<Record<string, string>>;

export type GatewayMode = 'nat' | 'nat-unprotected' | 'routed' | 'isolated';

const gatewayModes: readonly string[] = ['nat', 'nat-unprotected', 'routed', 'isolated'];
const interfaceForm = /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/;

/** A switch as Go's strconv.ParseBool reads it. Fails with networks.invalid-option. */
export function boolOption(options: Options, option: string, fallback: boolean): boolean {
  const value = options[option];
  if (value === undefined || value === '') return fallback;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return false;
  throw engineError('networks.invalid-option', { option, value, reason: 'invalid syntax' });
}

export function mtuOption(options: Options, fallback: number): number {
  const value = options[networkOption.mtu];
  if (value === undefined || value === '') return fallback;
  const mtu = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  // RFC 791: every link carries 68 bytes; 0 leaves it to the kernel.
  if (mtu === 0 || (mtu >= 68 && mtu <= 65_535)) return mtu;
  throw engineError('networks.invalid-option', {
    ...{ option: networkOption.mtu, value },
    reason: 'an MTU is 0 or a number from 68 to 65535',
  });
}

export function gatewayMode(options: Options, family: 4 | 6): GatewayMode {
  const option = family === 4 ? networkOption.gatewayModeIpv4 : networkOption.gatewayModeIpv6;
  const value = options[option] || 'nat';
  if (gatewayModes.includes(value)) return value as GatewayMode;
  const reason = `a gateway mode is ${gatewayModes.join(', ')}`;
  throw engineError('networks.invalid-option', { option, value, reason });
}

/** Interface names of the host, `eth0:eth1`. */
export function trustedInterfaces(options: Options): string[] {
  const option = networkOption.trustedInterfaces;
  const names = (options[option] ?? '').split(':').filter((name) => name !== '');
  for (const name of names) checkInterfaceName(option, name);
  return names;
}

/** A host address for outgoing traffic; undefined for none. */
export function hostAddressOption(options: Options, family: 4 | 6): string | undefined {
  const option = family === 4 ? networkOption.hostIpv4 : networkOption.hostIpv6;
  const value = options[option];
  if (value === undefined || value === '') return undefined;
  if (parseIpAddress(value)?.family === family) return value;
  const reason = `not an IPv${family} address`;
  throw engineError('networks.invalid-option', { option, value, reason });
}

/** Refuses what the kernel takes for no name, and what would not be a plain word in a firewall rule. */
export function checkInterfaceName(option: string, value: string): void {
  const reason = interfaceNameFault(value);
  if (reason !== undefined) throw engineError('networks.invalid-option', { option, value, reason });
}

export function interfaceNameFault(name: string): string | undefined {
  if (name.length > 15) return 'an interface name has at most 15 characters';
  if (name === '.' || name === '..' || !interfaceForm.test(name)) {
    return 'only letters, digits, "_", "." and "-" are allowed';
  }
  return undefined;
}
