import type { EndpointSettings } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { interfaceNameFault, networkOption } from '../model/network-options.ts';
import type { NetworkRecord } from '../model/network-record.ts';

const sysctlForm = /^(net\.(?:ipv4|ipv6|mpls)\.[\w-]+)\.IFNAME\.([\w-]+)=(.*)$/;

/**
 * The name of an endpoint's interface inside the container: the one asked for, or the network's prefix (`eth`)
 * with the lowest number that is free. `taken` are the names of the sandbox's other interfaces.
 */
export function chooseInterfaceName(
  network: NetworkRecord,
  settings: EndpointSettings,
  taken: ReadonlySet<string>,
): string {
  const asked = settings.DriverOpts?.[networkOption.endpointInterface];
  if (asked !== undefined && asked !== '') {
    checkInterfaceName(asked);
    if (taken.has(asked)) throw invalidName(asked, 'another network of the container has it');
    return asked;
  }
  const prefix = network.options[networkOption.interfacePrefix] || 'eth';
  let number = 0;
  while (taken.has(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

/** Refuses names that no interface of a container can have. */
export function checkInterfaceName(name: string): void {
  const fault = interfaceNameFault(name);
  if (fault !== undefined) throw invalidName(name, fault);
  if (name === 'lo') throw invalidName(name, 'it is that of the loopback interface');
}

function invalidName(name: string, reason: string): Error {
  return engineError('networks.invalid-interface-name', { name, reason });
}

/**
 * `net.ipv4.conf.IFNAME.log_martians=1,…` of an endpoint as paths below /proc/sys with their values, IFNAME
 * replaced. Fails with networks.invalid-sysctl.
 */
export function endpointSysctls(
  settings: EndpointSettings,
  interfaceName: string,
): Readonly<Record<string, string>> {
  const text = settings.DriverOpts?.[networkOption.endpointSysctls] ?? '';
  const switches: Record<string, string> = {};
  for (const part of text.split(',').filter((item) => item.trim() !== '')) {
    const [, head, tail, value] = sysctlForm.exec(part.trim()) ?? [];
    if (head === undefined || tail === undefined) {
      const reason = 'it must be of the form net.FAMILY.KIND.IFNAME.NAME=VALUE';
      throw engineError('networks.invalid-sysctl', { sysctl: part.trim(), reason });
    }
    switches[`${head.replaceAll('.', '/')}/${interfaceName}/${tail}`] = value ?? '';
  }
  return switches;
}
