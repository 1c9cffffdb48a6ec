import { isEngineError } from '@berth/errors';
import { hostPlatform, type Platform, parsePlatform } from '@berth/oci';
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
