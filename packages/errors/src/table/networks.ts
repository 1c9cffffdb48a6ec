import type { ErrorTable } from '../error-definition.ts';

const external =
  'failed to set up container networking: driver failed programming external connectivity on endpoint {name} ({id}): ';

/** Errors raised by the networks package. */
export const networksErrors = {
  'networks.not-found': { kind: 'not-found', message: 'network {network} not found' },
  'networks.ambiguous': {
    kind: 'invalid-argument',
    message: 'network {network} is ambiguous ({count} matches found based on ID prefix)',
  },
  'networks.invalid-filter': { kind: 'invalid-argument', message: "invalid filter '{filter}'" },
  'networks.conflicting-options': {
    kind: 'invalid-argument',
    message: 'conflicting options: {reason}',
  },
  'networks.invalid-mode': {
    kind: 'invalid-argument',
    message: 'Invalid network mode: invalid container format container:<name|id>',
  },
  'networks.exclusive-mode': {
    kind: 'invalid-argument',
    message:
      'conflicting options: cannot attach a container in network mode "{mode}" to network {network}',
  },
  'networks.invalid-endpoint': {
    kind: 'invalid-argument',
    message: 'invalid config for network {network}: invalid endpoint settings:\n{reason}',
  },
  'networks.invalid-mac': {
    kind: 'invalid-argument',
    message: 'address {mac}: invalid MAC address',
  },
  'networks.invalid-address': {
    kind: 'invalid-argument',
    message: 'invalid IP address: "{address}"',
  },
  'networks.invalid-port': {
    kind: 'invalid-argument',
    message: 'invalid port specification: "{port}"',
  },
  'networks.invalid-protocol': { kind: 'invalid-argument', message: 'invalid proto: {protocol}' },
  'networks.invalid-extra-host': {
    kind: 'invalid-argument',
    message: 'bad format for add-host: "{entry}"',
  },
  'networks.invalid-extra-host-address': {
    kind: 'invalid-argument',
    message: 'invalid IP address in add-host: "{address}"',
  },
  'networks.host-gateway': {
    kind: 'invalid-argument',
    message: 'unable to derive the IP value for host-gateway',
    hint: 'Start berthd with --host-gateway-ip, or with a default bridge.',
  },
  'networks.ipv6-publish': {
    kind: 'invalid-argument',
    message: 'cannot publish {protocol} ports on the IPv6 address {address}',
    hint: 'The container has an IPv4 address only; tcp and udp can be relayed with "userland-proxy": true.',
  },
  'networks.ipv4-publish': {
    kind: 'invalid-argument',
    message: 'cannot publish {protocol} ports on the IPv4 address {address}',
    hint: 'The container has an IPv6 address only.',
  },
  'networks.publish-without-firewall': {
    kind: 'failed-precondition',
    message: `${external}ports cannot be published while "iptables" is false`,
  },
  'networks.publish-sctp-respect': {
    kind: 'failed-precondition',
    message: `${external}sctp ports cannot be published while "publish-mode" is "respect"`,
    hint: 'Set "publish-mode" to "redirect" in daemon.json.',
  },
  'networks.port-allocated': {
    kind: 'internal',
    message: `${external}Bind for {host} failed: port is already allocated by the container {holder}`,
    hint: 'Stop that container, or publish another port.',
  },
  'networks.ports-exhausted': {
    kind: 'internal',
    message: `${external}all ports are allocated`,
  },
  'networks.port-in-use': {
    kind: 'internal',
    message: `${external}failed to bind host port for {binding}: {reason}`,
    hint: 'Another program of this host uses the port: see "ss -lnp".',
  },
  'networks.no-addresses': {
    kind: 'resource-exhausted',
    message:
      "failed to set up container networking: no available {family} addresses on this network's address pools: {network} ({id}): {left}",
    hint: 'Remove containers, or make a network with a larger subnet or --ip-range.',
  },
  'networks.address-in-use': {
    kind: 'forbidden',
    message: 'failed to set up container networking: Address already in use',
  },
  'networks.address-outside': {
    kind: 'invalid-argument',
    message:
      'failed to set up container networking: invalid address {address}: it is not within the subnet {subnet}',
  },
  'networks.no-subnet': {
    kind: 'failed-precondition',
    message: 'all predefined address pools have been fully subnetted',
    hint: 'Every pool overlaps a route of this host: set "bip" or "default-address-pools".',
  },
  'networks.bridge-missing': {
    kind: 'failed-precondition',
    message: 'bridge device with non default name {bridge} must be created manually',
  },
  'networks.bridge-not-a-bridge': {
    kind: 'failed-precondition',
    message: 'the existing interface {bridge} is not a bridge',
  },
  'networks.bridge-without-address': {
    kind: 'failed-precondition',
    message: 'the bridge {bridge} has no IPv4 address',
    hint: 'Give it one, or leave out --bridge so that berthd makes its own.',
  },
  'networks.invalid-config': { kind: 'invalid-argument', message: '{option}: {reason}' },
  'networks.setup-failed': {
    kind: 'internal',
    message: 'failed to set up container networking: {reason}',
  },
} as const satisfies ErrorTable;
