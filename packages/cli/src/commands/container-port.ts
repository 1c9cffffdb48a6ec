import type { PortBinding } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { naturalOrder } from '../format/natural-order.ts';
import { joined } from '../format/port-list.ts';
import { CommandError } from '../usage-error.ts';

/** `berth port` */
export async function showPorts(context: CliContext, { args }: Invocation): Promise<number> {
  const [name = '', wanted] = args;
  const container = await context.engine.containers.inspect(name);
  const ports = Object.entries(container.NetworkSettings?.Ports ?? {});
  const address = (binding: PortBinding) => joined(binding.HostIp ?? '', binding.HostPort ?? '');
  const lines: string[] = [];
  if (wanted === undefined) {
    for (const [port, bindings] of ports) {
      lines.push(...(bindings ?? []).map((binding) => `${port} -> ${address(binding)}`));
    }
  } else {
    const key = portKey(wanted);
    const bindings = ports.find(([port]) => port === key)?.[1] ?? [];
    if (bindings.length === 0) {
      throw new CommandError(`Error: No public port '${wanted}' published for ${name}`);
    }
    lines.push(...bindings.map(address));
  }
  if (lines.length > 0) context.terminal.print(lines.sort(naturalOrder).join('\n'));
  return 0;
}

function portKey(text: string): string {
  const [port = '', protocol = 'tcp'] = text.split('/');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    const problem = /^\d+$/.test(port) ? 'value out of range' : 'invalid syntax';
    throw new CommandError(
      `Error: invalid port (${port}): strconv.ParseUint: parsing ${JSON.stringify(port)}: ${problem}`,
    );
  }
  return `${port}/${protocol}`;
}
