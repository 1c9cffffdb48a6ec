import { engineError } from '@berth/errors';
import { canonicalIpAddress } from '../ip/ip-address.ts';
import {
  boolOption,
  checkInterfaceName,
  gatewayMode,
  hostAddressOption,
  mtuOption,
  networkOption,
  trustedInterfaces,
} from '../model/network-options.ts';
import type { NetworkRecord } from '../model/network-record.ts';

/** Refuses options of a bridge network that have no meaning, alone or together. */
export function checkBridgeOptions({ options, internal, name }: NetworkRecord): void {
  const bridge = options[networkOption.bridgeName];
  if (bridge) checkInterfaceName(networkOption.bridgeName, bridge);
  const prefix = options[networkOption.interfacePrefix];
  if (prefix) checkInterfaceName(networkOption.interfacePrefix, prefix);
  for (const option of [
    networkOption.icc,
    networkOption.ipMasquerade,
    networkOption.inhibitIpv4,
    networkOption.defaultBridge,
  ]) {
    boolOption(options, option, true);
  }
  if (boolOption(options, networkOption.defaultBridge, false) && name !== 'bridge') {
    throw invalid(networkOption.defaultBridge, 'true', 'the default bridge exists already');
  }
  mtuOption(options, 0);
  trustedInterfaces(options);
  for (const family of [4, 6] as const) {
    hostAddressOption(options, family);
    if (gatewayMode(options, family) === 'isolated' && !internal) {
      const option = family === 4 ? networkOption.gatewayModeIpv4 : networkOption.gatewayModeIpv6;
      throw invalid(option, 'isolated', 'it needs an internal network (--internal)');
    }
  }
  const binding = options[networkOption.hostBindingIpv4];
  if (binding && (binding.includes(':') || canonicalIpAddress(binding) === undefined)) {
    throw invalid(networkOption.hostBindingIpv4, binding, 'not an IPv4 address');
  }
}

function invalid(option: string, value: string, reason: string): Error {
  return engineError('networks.invalid-option', { option, value, reason });
}
