import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { endpoint } from '../container-options/endpoints.ts';
import { pairsToMap } from '../container-options/key-value-file.ts';
import { emptyNetworkOption } from '../container-options/network-option.ts';
import { CommandError } from '../usage-error.ts';

/** `berth network connect` */
export async function connectNetwork(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const [network = '', container = ''] = args;
  const options = flags.list('driver-opt');
  if (options.some((option) => !/^[^=]+=/.test(option))) {
    throw new CommandError('invalid key/value pair format in driver options');
  }
  const settings = endpoint({
    ...emptyNetworkOption('user'),
    aliases: [...flags.list('alias')],
    driverOptions: pairsToMap(options),
    links: [...flags.list('link')],
    ipv4: flags.string('ip'),
    ipv6: flags.string('ip6'),
    linkLocal: [...flags.list('link-local-ip')],
    gatewayPriority: flags.number('gw-priority'),
  });
  await context.engine.networks.connect(network, {
    Container: container,
    EndpointConfig: { ...settings, IPAMConfig: settings.IPAMConfig ?? {} },
  });
  return 0;
}

/** `berth network disconnect` */
export async function disconnectNetwork(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const [network = '', container = ''] = args;
  await context.engine.networks.disconnect(network, {
    Container: container,
    Force: flags.boolean('force'),
  });
  return 0;
}
