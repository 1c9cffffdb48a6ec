import { parseCsvRecord } from '../flags/csv.ts';
import { cut } from '../flags/flag-types.ts';
import { ValueError } from '../usage-error.ts';

/** One network to attach to, as `--network` names it. */
export interface NetworkOption {
  target: string;
  aliases: string[];
  driverOptions: Record<string, string>;
  links: string[];
  ipv4: string;
  ipv6: string;
  linkLocal: string[];
  macAddress: string;
  gatewayPriority: number;
}

export function emptyNetworkOption(target: string): NetworkOption {
  return {
    target,
    aliases: [],
    driverOptions: {},
    links: [],
    ipv4: '',
    ipv6: '',
    linkLocal: [],
    macAddress: '',
    gatewayPriority: 0,
  };
}

/** Reads `--network`: a name, or `name=…,alias=…,ip=…,ip6=…,mac-address=…,driver-opt=…,gw-priority=…`. */
export function parseNetworkOption(text: string): NetworkOption {
  if (!/\w+=\w+/.test(text)) return emptyNetworkOption(text);
  const option = emptyNetworkOption('');
  for (const field of parseCsvRecord(text)) {
    const [key, value] = cut(field.toLowerCase(), '=');
    if (value === undefined || key === '') throw new ValueError(`invalid field ${field}`);
    takeField(option, key.trim(), value.trim());
  }
  if (option.target === '') throw new ValueError('network name/id is not specified');
  return option;
}

function takeField(option: NetworkOption, key: string, value: string): void {
  if (key === 'name') option.target = value;
  else if (key === 'alias') option.aliases.push(value);
  else if (key === 'ip') option.ipv4 = value;
  else if (key === 'ip6') option.ipv6 = value;
  else if (key === 'mac-address') option.macAddress = value;
  else if (key === 'link-local-ip') option.linkLocal.push(value);
  else if (key === 'driver-opt') {
    const [name, given] = cut(value, '=');
    if (given === undefined || name === '') {
      throw new ValueError('invalid key value pair format in driver options');
    }
    option.driverOptions[name.trim()] = given.trim();
  } else if (key === 'gw-priority') {
    if (!/^[+-]?\d{1,15}$/.test(value)) {
      throw new ValueError(`invalid gw-priority (${value}): invalid syntax`);
    }
    option.gatewayPriority = Number(value);
  } else throw new ValueError(`invalid field key ${key}`);
}
