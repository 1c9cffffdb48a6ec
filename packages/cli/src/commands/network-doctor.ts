import type { NetworkDoctorReport, NetworkFinding } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';

const marks: Readonly<Record<string, string>> = { problem: '✗', note: '!', ok: '✓' };

/** `berth network doctor [CONTAINER|PORT]`: exit status 1 when something keeps clients from getting through. */
export async function diagnoseNetwork(
  context: CliContext,
  { args, flags }: Invocation,
): Promise<number> {
  const [target] = args;
  const report = await context.engine.berth.networkDoctor({ target });
  const { terminal } = context;
  if (flags.boolean('json')) terminal.print(JSON.stringify(report, undefined, 4));
  else {
    if (target === undefined) printChanges(context, report);
    for (const finding of report.Findings) terminal.print(findingText(finding));
  }
  return report.Findings.some(({ Level }) => Level === 'problem') ? 1 : 0;
}

function printChanges({ terminal }: CliContext, { Changes }: NetworkDoctorReport): void {
  terminal.print('Changed on this host:');
  for (const { Kind, Name, Value, Reason } of Changes) {
    terminal.print(`  ${Kind} ${Name} = ${Value}: ${Reason}`);
  }
  terminal.print('');
}

function findingText({ Level, Subject, Text, Hint }: NetworkFinding): string {
  const hint = Hint === undefined ? '' : `\n    ${Hint}`;
  return `${marks[Level] ?? '?'} ${Subject}: ${Text}${hint}`;
}
