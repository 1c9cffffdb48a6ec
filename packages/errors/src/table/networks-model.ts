import type { ErrorTable } from '../error-definition.ts';

/** Errors about networks as objects, and about containers joining and leaving them. */
export const networksModelErrors = {
  'networks.invalid-name': { kind: 'invalid-argument', message: 'invalid network name: {reason}' },
  'networks.name-taken': {
    kind: 'conflict',
    message: 'network with name {name} already exists',
  },
  'networks.predefined-create': {
    kind: 'forbidden',
    message: 'operation is not permitted on predefined {name} network',
  },
  'networks.predefined-remove': {
    kind: 'forbidden',
    message: '{name} is a pre-defined network and cannot be removed',
  },
  'networks.has-endpoints': {
    kind: 'forbidden',
    message: 'error while removing network: network {name} has active endpoints ({endpoints})',
    hint: 'Disconnect or remove these containers first.',
  },
  'networks.config-in-use': {
    kind: 'forbidden',
    message:
      'error while removing network: configuration network "{name}" is in use by the network {user}',
  },
  'networks.config-only': {
    kind: 'forbidden',
    message: 'configuration-only network {name} cannot be used by containers or other networks',
  },
  'networks.config-invalid': { kind: 'forbidden', message: '{reason}' },
  'networks.invalid-ipam': {
    kind: 'invalid-argument',
    message: 'invalid network config:\n{reason}',
  },
  'networks.no-family': {
    kind: 'invalid-argument',
    message: 'IPv4 or IPv6 must be enabled',
  },
  'networks.pool-overlaps': {
    kind: 'forbidden',
    message:
      'invalid pool request: Pool overlaps with other one on this address space ({subnet} and {other})',
  },
  'networks.pools-exhausted': {
    kind: 'failed-precondition',
    message:
      'all predefined address pools have been fully subnetted: {used} {family} subnets are in use and the rest of the pools ({pools}) overlaps them or routes of this host',
    hint: 'Name a --subnet, or set "default-address-pools".',
  },
  'networks.no-gateway': {
    kind: 'failed-precondition',
    message: 'no available IPv4 addresses for the gateway in {subnet}',
  },
  'networks.gateway-in-use': {
    kind: 'invalid-argument',
    message: 'failed to allocate gateway ({address}): Address already in use',
  },
  'networks.unknown-driver': {
    kind: 'not-found',
    message: 'could not find plugin {driver} in v1 plugin registry: plugin not found',
    hint: 'Drivers are bridge, macvlan, ipvlan, and those of plug-ins in /run/docker/plugins.',
  },
  'networks.unknown-ipam-driver': {
    kind: 'invalid-argument',
    message: 'could not find plugin {driver} in v1 plugin registry: plugin not found',
  },
  'networks.single-instance': {
    kind: 'forbidden',
    message: 'only one instance of "{driver}" network is allowed',
  },
  'networks.not-a-manager': {
    kind: 'forbidden',
    message:
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  },
  'networks.invalid-scope': {
    kind: 'invalid-argument',
    message: 'network scope "{scope}" is not supported by the driver "{driver}"',
  },
  'networks.invalid-option': {
    kind: 'invalid-argument',
    message: 'invalid value "{value}" for the network option {option}: {reason}',
  },
  'networks.several-subnets': {
    kind: 'forbidden',
    message: "bridge driver doesn't support multiple subnets",
    hint: 'One subnet for each family; make another network for another one.',
  },
  'networks.bridge-conflict': {
    kind: 'forbidden',
    message:
      'cannot create network {id} ({bridge}): conflicts with network {other} ({bridge}): networks have same bridge name',
  },
  'networks.parent-missing': {
    kind: 'failed-precondition',
    message: 'the requested parent interface {parent} was not found on this host',
  },
  'networks.parent-taken': {
    kind: 'forbidden',
    message: 'network {other} is already using parent interface {parent}',
  },
  'networks.parent-invalid': {
    kind: 'invalid-argument',
    message: '{parent} is not a valid parent interface: {reason}',
  },
  'networks.kernel-lacks': {
    kind: 'not-implemented',
    message:
      'the kernel of this host has no {what}: this network of driver "{driver}" cannot be made',
    hint: 'A kernel module may have to be installed or loaded.',
  },
  'networks.already-connected': {
    kind: 'forbidden',
    message: 'endpoint with name {container} already exists in network {network}',
  },
  'networks.not-connected': {
    kind: 'internal',
    message: 'container {container} is not connected to {network}',
  },
  'networks.shared-mode': {
    kind: 'invalid-argument',
    message:
      'container sharing network namespace with another container or host cannot be connected to any other network',
  },
  'networks.host-mode': {
    kind: 'invalid-argument',
    message: 'container cannot be disconnected from host network or connected to host network',
  },
  'networks.none-mode': {
    kind: 'invalid-argument',
    message:
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
  },
  'networks.invalid-sysctl': {
    kind: 'invalid-argument',
    message: 'invalid endpoint sysctl "{sysctl}": {reason}',
  },
  'networks.invalid-interface-name': {
    kind: 'invalid-argument',
    message: 'invalid interface name "{name}": {reason}',
  },
} as const satisfies ErrorTable;
