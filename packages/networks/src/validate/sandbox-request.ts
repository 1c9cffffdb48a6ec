import type { EndpointSettings } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { parseExtraHost } from '../files/extra-hosts.ts';
import { canonicalIpAddress } from '../ip/ip-address.ts';
import { networkOption } from '../model/network-options.ts';
import { isPredefined } from '../model/network-record.ts';
import type { NetworkValidation } from '../network-service.ts';
import { readPublishing } from '../ports/port-bindings.ts';
import { parseHostAddress } from '../ports/publish-plan.ts';
import { checkInterfaceName, endpointSysctls } from '../sandbox/endpoint-options.ts';
import { parseMacAddress } from './mac-address.ts';
import { checkNetworkMode, parseNetworkMode } from './network-mode.ts';

/** Everything about a request that can be judged before its networks are looked up. */
export function validateSandboxRequest(request: NetworkValidation): void {
  checkNetworkMode(request);
  const { portBindings, exposedPorts = [] } = request;
  const ports = readPublishing({ portBindings, exposedPorts, publishAllPorts: false });
  for (const { hostIp } of ports.bindings) parseHostAddress(hostIp);
  if (request.macAddress) parseMacAddress(request.macAddress);
  for (const entry of request.extraHosts) parseExtraHost(entry);
  for (const address of request.dns) {
    if (canonicalIpAddress(address) === undefined) {
      throw engineError('networks.invalid-address', { address });
    }
  }
  checkEndpoints(request);
}

function checkEndpoints({ networkMode, endpoints }: NetworkValidation): void {
  const mode = parseNetworkMode(networkMode);
  for (const [network, settings] of Object.entries(endpoints)) {
    const name = network === 'default' ? 'bridge' : network;
    if (mode.kind === 'container' || (mode.kind === 'host' && name !== 'host')) {
      throw engineError('networks.exclusive-mode', { mode: networkMode, network });
    }
    if (mode.kind === 'host' && settings.MacAddress) {
      const reason = 'mac-address and the network mode';
      throw engineError('networks.conflicting-options', { reason });
    }
    checkEndpointSettings(name, settings);
  }
}

/** Refuses settings of an endpoint that are wrong whatever the network is like. */
export function checkEndpointSettings(network: string, settings: EndpointSettings): void {
  const reasons = endpointFaults(network, settings);
  if (reasons.length === 0) return;
  const reason = reasons.length === 1 ? reasons.join() : `* ${reasons.join('\n* ')}`;
  throw engineError('networks.invalid-endpoint', { network, reason });
}

function endpointFaults(network: string, settings: EndpointSettings): string[] {
  const faults: string[] = [];
  const { IPv4Address = '', IPv6Address = '', LinkLocalIPs } = settings.IPAMConfig ?? {};
  if (isPredefined(network)) {
    if (IPv4Address !== '' || IPv6Address !== '') {
      faults.push('user specified IP address is supported on user defined networks only');
    }
    if ((settings.Aliases?.length ?? 0) > 0) {
      faults.push('network-scoped aliases are only supported for user-defined networks');
    }
  }
  for (const [family, address] of [
    ['IPv4', IPv4Address],
    ['IPv6', IPv6Address],
  ] as const) {
    const wrong = address.includes(':') !== (family === 'IPv6') || !canonicalIpAddress(address);
    if (address !== '' && wrong) faults.push(`invalid ${family} address: ${address}`);
  }
  for (const address of LinkLocalIPs ?? []) {
    if (!canonicalIpAddress(address)) faults.push(`invalid link-local IP address: ${address}`);
  }
  if (settings.MacAddress) parseMacAddress(settings.MacAddress);
  const name = settings.DriverOpts?.[networkOption.endpointInterface];
  if (name) checkInterfaceName(name);
  endpointSysctls(settings, name || 'eth0');
  return faults;
}
