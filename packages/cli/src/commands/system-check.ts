import type { StoreProblem } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { decimalSize } from '../format/sizes.ts';
import { registryConfigHeader } from '../streams/registry-auth.ts';

/** `berth system check`: exit status 1 when something is wrong and was not repaired. */
export async function checkSystem(context: CliContext, { flags }: Invocation): Promise<number> {
  const repair = flags.boolean('repair');
  const report = await context.engine.berth.storeCheck({
    repair,
    registryConfig: repair ? registryConfigHeader(context.config) : undefined,
  });
  const { terminal } = context;
  for (const problem of report.Problems) terminal.write(problemText(problem));
  const open = report.Problems.filter(({ Repaired }) => !Repaired).length;
  const { Images, Blobs, Bytes, Layers } = report;
  terminal.print(
    `Checked ${Images} images, ${Blobs} blobs (${decimalSize(Bytes, 3)}), ${Layers} layers: ${verdict(report.Problems.length, open)}`,
  );
  if (open > 0 && !repair)
    terminal.print('Run "berth system check --repair" to mend what can be mended.');
  return open > 0 ? 1 : 0;
}

function verdict(all: number, open: number): string {
  if (all === 0) return 'all is well';
  const found = `${all} problem${all === 1 ? '' : 's'}`;
  if (open === 0) return `${found}, all repaired`;
  return open === all ? found : `${found}, ${all - open} repaired`;
}

function problemText(problem: StoreProblem): string {
  const { Kind, Digest, State, Detail, Images, Repaired, Reason } = problem;
  const lines = [`${State} ${Kind} ${Digest}: ${Detail}`];
  if (Images.length > 0) lines.push(`  needed by ${Images.join(', ')}`);
  if (Repaired) lines.push('  repaired');
  else if (Reason !== undefined) lines.push(`  not repaired: ${Reason}`);
  return `${lines.join('\n')}\n`;
}
