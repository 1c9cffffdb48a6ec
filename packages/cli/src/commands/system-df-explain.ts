import type { SystemUsageReport } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import { usageReportText } from '../format/usage-report-text.ts';
import { CommandError } from '../usage-error.ts';

/** `berth system df --explain` */
export async function explainDiskUse(
  context: CliContext,
  { format, verbose }: { readonly format: string; readonly verbose: boolean },
): Promise<number> {
  if (!['', 'table', 'json'].includes(format)) {
    throw new CommandError('--explain knows the formats table and json');
  }
  const report = await context.engine.json<SystemUsageReport>('GET', '/berth/system/usage');
  if (format === 'json') context.terminal.print(JSON.stringify(report));
  else context.terminal.write(usageReportText(report, { verbose }));
  return 0;
}
