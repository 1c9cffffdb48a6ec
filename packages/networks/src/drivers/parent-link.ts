import { engineError, errnoOf } from '@berth/errors';
import type { Links } from '@berth/kernel';
import { interfaceNameFault } from '../model/network-options.ts';
import type { NetworkRecord } from '../model/network-record.ts';

export const parentOption = 'parent';

/** The link of the host that a network's endpoints sit on: named by the user, or a dummy of the network's own. */
export function parentNameOf(network: NetworkRecord): string {
  return network.options[parentOption] || `dm-${network.id.slice(0, 12)}`;
}

/** `eth0.10`: the VLAN 10 of eth0 (IEEE 802.1Q). Undefined for other names. */
export function parseVlanName(
  name: string,
): { readonly base: string; readonly id: number } | undefined {
  const [, base, digits] = /^(.+)\.(\d{1,4})$/.exec(name) ?? [];
  const id = Number(digits);
  return base === undefined || id < 1 || id > 4094 ? undefined : { base, id };
}

/**
 * Refuses parents that cannot be: the loopback, names that no link has and that are no VLAN of one. Tells
 * whether it is there already, and so stays when the network goes.
 */
export function checkParent(links: Links, network: NetworkRecord): boolean {
  const parent = network.options[parentOption] ?? '';
  if (parent === '') return false;
  const fault = interfaceNameFault(parent);
  if (fault !== undefined) throw engineError('networks.parent-invalid', { parent, reason: fault });
  if (parent === 'lo') {
    throw engineError('networks.parent-invalid', {
      parent,
      reason: 'it is the loopback interface',
    });
  }
  if (links.has(parent)) return true;
  const vlan = parseVlanName(parent);
  if (vlan === undefined || !links.has(vlan.base)) {
    throw engineError('networks.parent-missing', { parent: vlan?.base ?? parent });
  }
  return false;
}

/** Makes the parent when it is missing: the VLAN that its name says, or a dummy. Idempotent. */
export function ensureParent(links: Links, network: NetworkRecord): void {
  const parent = parentNameOf(network);
  if (!links.has(parent)) {
    const vlan = network.options[parentOption] ? parseVlanName(parent) : undefined;
    const what = vlan === undefined ? 'dummy' : 'vlan';
    try {
      if (vlan === undefined) links.createDummy(parent);
      else
        links.createSubLink({
          name: parent,
          parent: vlan.base,
          kind: { type: 'vlan', id: vlan.id },
        });
    } catch (error) {
      throw explainKind(error, network.driver, what);
    }
  }
  links.setUp(parent);
}

const configNames: Readonly<Record<string, string>> = {
  dummy: 'CONFIG_DUMMY',
  vlan: 'CONFIG_VLAN_8021Q',
  macvlan: 'CONFIG_MACVLAN',
  ipvlan: 'CONFIG_IPVLAN',
};

/** A kernel without a kind of link answers EOPNOTSUPP. */
export function explainKind(error: unknown, driver: string, what: string): unknown {
  if (errnoOf(error) !== 'EOPNOTSUPP') return error;
  const config = configNames[what] ?? what;
  const details = { driver, what: `${what} interfaces (${config})` };
  return engineError('networks.kernel-lacks', details, { cause: error });
}
