import { ApiError } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import { hasColours } from '../terminal/abilities.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { CommandError } from '../usage-error.ts';

/** A hint as it is printed below an error. */
export function hintLine(hint: string, terminal: Terminal): string {
  const coloured = terminal.errorIsTerminal && hasColours();
  return coloured ? `\x1b[2mhint: ${hint}\x1b[0m` : `hint: ${hint}`;
}

/** Prints what can be done about the daemon's refusal, for people only: scripts see Docker's texts and no more. */
export async function printErrorHint(context: CliContext, error: unknown): Promise<void> {
  const { terminal } = context;
  const refusal = error instanceof ApiError || (error instanceof CommandError && !error.hint);
  if (!refusal || !terminal.errorIsTerminal) return;
  const { errorHint } = await import('./error-hint.ts');
  const hint = await errorHint(
    error instanceof CommandError ? error.about : error.message,
    context.engine,
  );
  if (hint !== undefined) terminal.warn(hintLine(hint, terminal));
}
