import type { NetworkCreateRequest } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { checkIpamConfigs } from '../ipam/check-ipam.ts';
import { boolOption, networkOption } from '../model/network-options.ts';
import { isPredefined, type NetworkRecord } from '../model/network-record.ts';

const nameForm = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** Name and driver of a network to be made, and what is switched on in it; nothing is looked up yet. */
export type NetworkDraft = Pick<
  NetworkRecord,
  'name' | 'driver' | 'enableIpv4' | 'enableIpv6' | 'options' | 'labels' | 'ipamDriver'
>;

/** Reads a create request as far as it can be judged by itself. Fails with Docker's texts. */
export function readNetworkRequest(request: NetworkCreateRequest): NetworkDraft {
  checkNetworkName(request.Name ?? '');
  const driver = request.Driver || (request.ConfigOnly ? 'null' : 'bridge');
  if (driver === 'overlay' || request.Scope === 'swarm' || request.Ingress) {
    throw engineError('networks.not-a-manager', {});
  }
  if (request.Scope && request.Scope !== 'local') {
    throw engineError('networks.invalid-scope', { scope: request.Scope, driver });
  }
  const options = { ...request.Options };
  const enableIpv4 = request.EnableIPv4 ?? boolOption(options, networkOption.enableIpv4, true);
  const enableIpv6 = request.EnableIPv6 ?? boolOption(options, networkOption.enableIpv6, false);
  delete options[networkOption.enableIpv4];
  delete options[networkOption.enableIpv6];
  const configs = (request.IPAM?.Config ?? []).filter(
    ({ Subnet = '' }) => enableIpv6 || !Subnet.includes(':'),
  );
  checkIpamConfigs(configs);
  return {
    name: request.Name,
    driver,
    enableIpv4,
    enableIpv6,
    options,
    labels: request.Labels ?? {},
    ipamDriver: request.IPAM?.Driver || 'default',
  };
}

/** Letters, digits, `_`, `.` and `-`, as in names of containers. Fails for predefined names. */
export function checkNetworkName(name: string): void {
  if (isPredefined(name)) throw engineError('networks.predefined-create', { name });
  if (name.trim() === '') throw engineError('networks.invalid-name', { reason: 'name is empty' });
  if (nameForm.test(name)) return;
  const reason = `"${name}" includes invalid characters, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed`;
  throw engineError('networks.invalid-name', { reason });
}
