import { isOlderApiVersion } from '@berth/engine-api/api-version.ts';
import { ApiError, type EngineClient } from '@berth/engine-client';
import type { FlagDefinition } from './flags/flag-definition.ts';
import type { ResolvedCommand } from './parse-command-line.ts';
import { CommandError } from './usage-error.ts';

/**
 * Refuses a command, or flags of it, that the daemon is too old for, in Docker's words: an old daemon would leave
 * unknown fields out and do something else. With no daemon there is nothing to check; the command itself
 * tells that.
 */
export async function checkRequirements(
  { path: { words, command }, flags }: ResolvedCommand,
  engine: EngineClient,
): Promise<void> {
  const problems = await answered(() => requirementProblems(words, command, flags.given(), engine));
  if (problems.length > 0) throw new CommandError(problems.join('\n'));
}

/** One text for each requirement that is not met. */
async function requirementProblems(
  words: readonly string[],
  command: { readonly apiVersion?: string },
  flags: readonly FlagDefinition[],
  engine: EngineClient,
): Promise<string[]> {
  const version = await engine.apiVersion();
  const tooOld = (what: string, needed = '1.0') =>
    isOlderApiVersion(version, needed)
      ? `${what} requires API version ${needed}, but the Docker daemon API version is ${version}`
      : undefined;
  const refused = tooOld(words.join(' '), command.apiVersion);
  if (refused !== undefined) return [refused];
  return flags.flatMap(({ name, apiVersion }) => tooOld(`"--${name}"`, apiVersion) ?? []);
}

/** Nothing, when no daemon answers. */
async function answered(ask: () => Promise<string[]>): Promise<string[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    return [];
  }
}
