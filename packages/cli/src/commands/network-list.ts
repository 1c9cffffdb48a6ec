import type { NetworkSummary } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { labelList } from '../format/container-view.ts';
import { naturalOrder } from '../format/natural-order.ts';
import type { ListView } from '../format/plain-table.ts';
import { shortId } from '../format/short-id.ts';
import { goTimestamp } from '../go-template/typed-view.ts';
import { chosenFormat, printList } from './list-command.ts';

/** `berth network ls` */
export async function listNetworks(context: CliContext, { flags }: Invocation): Promise<number> {
  const filters = flags.filter('filter');
  const format = chosenFormat(context, flags, {
    table: 'table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}',
    quiet: '{{.ID}}',
    raw: 'network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n',
    configured: context.config.networksFormat,
  });
  const networks = await context.engine.networks.list({ filters });
  const rows = networks.toSorted((a, b) => naturalOrder(a.Name ?? '', b.Name ?? ''));
  await printList(context, networkView(!flags.boolean('no-trunc')), rows, format);
  return 0;
}

function networkView(trunc: boolean): ListView<NetworkSummary> {
  return {
    typeName: '*network.networkContext',
    columns: {
      ID: { header: 'NETWORK ID', value: (it) => (trunc ? shortId(it.Id ?? '') : (it.Id ?? '')) },
      Name: { header: 'NAME', value: (it) => it.Name ?? '' },
      Driver: { header: 'DRIVER', value: (it) => it.Driver ?? '' },
      Scope: { header: 'SCOPE', value: (it) => it.Scope ?? '' },
      IPv4: { header: 'IPV4', value: (it) => String(it.EnableIPv4 ?? false) },
      IPv6: { header: 'IPV6', value: (it) => String(it.EnableIPv6 ?? false) },
      Internal: { header: 'INTERNAL', value: (it) => String(it.Internal ?? false) },
      Labels: { header: 'LABELS', value: (it) => labelList(it.Labels) },
      CreatedAt: { header: 'CREATED AT', value: (it) => goTimestamp(String(it.Created ?? '')) },
    },
    methods: { Label: (it, name) => it.Labels?.[name] ?? '' },
  };
}
