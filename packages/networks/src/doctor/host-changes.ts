import { bridgeNameOf } from '../drivers/bridge-driver.ts';
import type { NetworkContext } from '../network-context.ts';
import { enabledForwarding } from '../reconcile/ip-forwarding.ts';
import type { HostChange } from './diagnosis.ts';

/** Everything of the host that is as it is because of Berth. */
export async function hostChanges(context: NetworkContext): Promise<HostChange[]> {
  return [...sysctlChanges(context), ...linkChanges(context), ...(await tableChanges(context))];
}

function sysctlChanges(context: NetworkContext): HostChange[] {
  const { host } = context.kernel;
  const change = (name: string, reason: string): HostChange[] => {
    const value = host.sysctl(name);
    return value === undefined ? [] : [{ kind: 'sysctl', name, value, reason }];
  };
  const forwarding = enabledForwarding(context).flatMap((name) =>
    change(name, 'switched on by Berth: containers reach other machines through this host'),
  );
  const bridges = bridgesOf(context).flatMap((bridge) => [
    ...(context.config.firewall
      ? change(
          `net/ipv4/conf/${bridge}/route_localnet`,
          'ports published on 127.0.0.1 work without a proxy',
        )
      : []),
    ...change(
      `net/ipv6/conf/${bridge}/accept_ra`,
      'containers cannot announce routes to this host',
    ),
  ]);
  return [...forwarding, ...bridges];
}

function bridgesOf({ store }: NetworkContext): string[] {
  return store.networks
    .all()
    .flatMap((network) => (network.driver === 'bridge' ? [bridgeNameOf(network)] : []));
}

function linkChanges(context: NetworkContext): HostChange[] {
  const { store, kernel } = context;
  const bridges = store.networks.all().flatMap((network): HostChange[] => {
    if (network.driver !== 'bridge') return [];
    const name = bridgeNameOf(network);
    const link = kernel.links.get(name);
    const value = link === undefined ? 'missing' : link.up ? 'up' : 'down';
    return [{ kind: 'link', name, value, reason: `bridge of the network ${network.name}` }];
  });
  const pairs = store.endpoints.all().flatMap((endpoint): HostChange[] => {
    const name = endpoint.hostInterface;
    if (name === undefined) return [];
    const owner = store.sandboxes.get(endpoint.containerId)?.containerName ?? '';
    const value = kernel.links.get(name) === undefined ? 'missing' : 'present';
    return [
      { kind: 'link', name, value, reason: `leads to ${endpoint.interfaceName} of ${owner}` },
    ];
  });
  return [...bridges, ...pairs];
}

async function tableChanges({ kernel, config }: NetworkContext): Promise<HostChange[]> {
  if (!config.firewall) return [];
  const listed = (await kernel.firewall.list('list tables')) as {
    readonly nftables?: readonly { table?: { readonly family: string; readonly name: string } }[];
  };
  const names = (listed.nftables ?? []).map(({ table }) => `${table?.family} ${table?.name}`);
  const change = (family: string, reason: string): HostChange => {
    const name = `${family} ${config.firewallTable}`;
    return { kind: 'table', name, value: names.includes(name) ? 'present' : 'missing', reason };
  };
  const neighbours = change('bridge', 'containers kept apart');
  return [
    change('inet', 'published ports, masquerading, isolation'),
    ...(neighbours.value === 'present' ? [neighbours] : []),
  ];
}
