import { checkLabel, checkLink } from '../container-options/flag-checks.ts';
import type { CommandDefinition } from './command-definition.ts';
import { group } from './root-command.ts';
import {
  filterFlag,
  forcePruneFlag,
  formatFlag,
  noTruncFlag,
  pruneFilterFlag,
  quietFlag,
  tableFormatFlag,
} from './shared-flags.ts';

/** The subcommands of `berth network`. */
const networkCommands: readonly CommandDefinition[] = [
  {
    name: 'connect',
    summary: 'Connect a container to a network',
    usage: 'NETWORK CONTAINER',
    arguments: { min: 2, max: 2 },
    completes: ['networks', 'containers'],
    flags: [
      { name: 'alias', type: 'strings', help: 'Further name of the container in the network' },
      { name: 'driver-opt', type: 'strings', help: 'Option of the driver' },
      { name: 'gw-priority', type: 'int', help: 'The highest priority gives the default gateway' },
      { name: 'ip', type: 'string', help: 'IPv4 address (e.g. "172.30.100.104")' },
      { name: 'ip6', type: 'string', help: 'IPv6 address (e.g. "2001:db8::33")' },
      {
        name: 'link',
        type: 'list',
        check: checkLink,
        completes: 'containers',
        help: 'Container to link to',
      },
      { name: 'link-local-ip', type: 'strings', help: 'Link-local address' },
    ],
    load: () => import('../commands/network-connect.ts').then((m) => m.connectNetwork),
  },
  {
    name: 'create',
    summary: 'Create a network',
    usage: 'NETWORK',
    arguments: { min: 1, max: 1 },
    flags: [
      {
        name: 'attachable',
        type: 'bool',
        apiVersion: '1.25',
        help: 'Let containers be attached by hand',
      },
      { name: 'aux-address', type: 'map', help: 'Addresses that are not handed out' },
      {
        name: 'config-from',
        type: 'string',
        apiVersion: '1.30',
        help: 'Network to copy the configuration from',
      },
      { name: 'config-only', type: 'bool', apiVersion: '1.30', help: 'Make a configuration only' },
      { name: 'driver', short: 'd', type: 'string', default: 'bridge', help: 'Network driver' },
      { name: 'gateway', type: 'strings', help: "Address of the subnet's gateway" },
      {
        name: 'ingress',
        type: 'bool',
        apiVersion: '1.29',
        help: 'Make the routing-mesh network of a swarm',
      },
      { name: 'internal', type: 'bool', help: 'No way out of the network' },
      { name: 'ip-range', type: 'strings', help: 'Range to hand out addresses from' },
      {
        name: 'ipam-driver',
        type: 'string',
        default: 'default',
        help: 'Address management driver',
      },
      { name: 'ipam-opt', type: 'map', help: 'Option of the address management driver' },
      { name: 'ipv4', type: 'bool', default: 'true', help: 'Hand out IPv4 addresses' },
      { name: 'ipv6', type: 'bool', help: 'Hand out IPv6 addresses' },
      { name: 'label', type: 'list', check: checkLabel, help: 'Label (key=value)' },
      { name: 'opt', short: 'o', type: 'map', help: 'Option of the driver' },
      { name: 'scope', type: 'string', apiVersion: '1.30', help: 'Scope of the network' },
      { name: 'subnet', type: 'strings', help: 'Subnet in CIDR form' },
    ],
    load: () => import('../commands/network-create.ts').then((m) => m.createNetwork),
  },
  {
    name: 'disconnect',
    summary: 'Disconnect a container from a network',
    usage: 'NETWORK CONTAINER',
    arguments: { min: 2, max: 2 },
    completes: ['networks', 'containers'],
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        help: 'Disconnect whatever the state of the container',
      },
    ],
    load: () => import('../commands/network-connect.ts').then((m) => m.disconnectNetwork),
  },
  {
    name: 'doctor',
    summary: 'Show why a published port cannot be reached',
    usage: '[CONTAINER|PORT]',
    arguments: { min: 0, max: 1 },
    completes: 'containers',
    flags: [{ name: 'json', type: 'bool', help: 'Print everything as JSON' }],
    load: () => import('../commands/network-doctor.ts').then((m) => m.diagnoseNetwork),
  },
  {
    name: 'inspect',
    summary: 'Show all that is known of networks',
    usage: 'NETWORK [NETWORK...]',
    arguments: { min: 1 },
    completes: 'networks',
    flags: [
      formatFlag,
      { name: 'verbose', short: 'v', type: 'bool', help: 'Show details for diagnosis' },
    ],
    load: () => import('../commands/object-inspect.ts').then((m) => m.inspectNetworks),
  },
  {
    name: 'ls',
    summary: 'List networks',
    aliases: ['list'],
    fullNames: ['berth network ls', 'berth network list'],
    arguments: { min: 0, max: 0 },
    flags: [filterFlag, tableFormatFlag, noTruncFlag, quietFlag],
    load: () => import('../commands/network-list.ts').then((m) => m.listNetworks),
  },
  {
    name: 'prune',
    summary: 'Remove all unused networks',
    apiVersion: '1.25',
    arguments: { min: 0, max: 0 },
    flags: [pruneFilterFlag, forcePruneFlag],
    load: () => import('../commands/object-prune.ts').then((m) => m.pruneNetworks),
  },
  {
    name: 'rm',
    summary: 'Remove networks',
    aliases: ['remove'],
    fullNames: ['berth network rm', 'berth network remove'],
    usage: 'NETWORK [NETWORK...]',
    arguments: { min: 1 },
    completes: 'networks',
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        help: 'Do not fail when a network does not exist',
      },
    ],
    load: () => import('../commands/network-remove.ts').then((m) => m.removeNetworks),
  },
];

export const networkGroup: CommandDefinition = group('network', 'Manage networks', networkCommands);
