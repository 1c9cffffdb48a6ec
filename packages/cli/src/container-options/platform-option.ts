import { isEngineError } from '@berth/errors';
import { hostPlatform, type Platform, parsePlatform } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { CommandError } from '../usage-error.ts';

/** A value of --platform. Throws CommandError, with `context` before the reason, as each command of Docker has it. */
export function platformOption(text: string, context = ''): Platform {
  try {
    return parsePlatform(text, hostPlatform(process.arch));
  } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new CommandError(`${context}${error.message}: invalid argument`, { cause: error });
  }
}

/** The same as a parameter of the API, which is sent as JSON; nothing when there is none. */
export function platformQuery(text: string, context?: string): Platform | undefined {
  return text === '' ? undefined : platformOption(text, context);
}

/** The value of --platform, else that of DOCKER_DEFAULT_PLATFORM, else empty. */
export function wantedPlatform(
  { environment }: Pick<CliContext, 'environment'>,
  flags: ParsedFlags,
): string {
  if (flags.has('platform')) return flags.string('platform');
  return environment.DOCKER_DEFAULT_PLATFORM ?? '';
}
