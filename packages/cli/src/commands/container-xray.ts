import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { xrayText } from '../format/xray-text.ts';

/** `berth x-ray` */
export async function xrayContainer(
  context: CliContext,
  { flags, args: [name = ''] }: Invocation,
): Promise<number> {
  const xray = await context.engine.berth.containerXray(name);
  if (flags.boolean('json')) context.terminal.print(JSON.stringify(xray, undefined, 4));
  else context.terminal.write(xrayText(xray, context.terminal.size().columns));
  return 0;
}
