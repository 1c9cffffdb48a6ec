import type { CliContext } from '../cli-context.ts';
import { parseBoolean } from '../flags/numbers.ts';

/** Whether hooks of plug-ins may follow commands: on a terminal, where the user has switched them on. */
export function hooksEnabled(context: CliContext): boolean {
  const { terminal, environment } = context;
  if (!terminal.outputIsTerminal) return false;
  const given = environment['DOCKER_CLI_HOOKS'] || environment['DOCKER_CLI_HINTS'];
  try {
    return parseBoolean(given || (context.config.features?.['hooks'] ?? 'false'));
  } catch {
    // Neither a bad value nor a bad config.json is the command's failure.
    return false;
  }
}
