import { formatReference, parseReference, type Reference, withDefaultTag } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { wantedPlatform } from '../container-options/platform-option.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { pullReference } from '../streams/image-pull.ts';
import { CommandError } from '../usage-error.ts';

/** `berth pull` */
export async function pullImage(context: CliContext, { flags, args }: Invocation): Promise<number> {
  const reference = wantedReference(context, flags, args[0] ?? '');
  const quiet = flags.boolean('quiet');
  await pullReference(context, reference, {
    platform: wantedPlatform(context, flags),
    quiet,
    to: 'output',
  });
  context.terminal.print(formatReference(reference));
  return 0;
}

/**
 * The reference of a pull or push: with its tag, with `latest`, or with `--all-tags` without any. Says
 * which tag was chosen.
 */
export function wantedReference(context: CliContext, flags: ParsedFlags, text: string): Reference {
  const reference = parseReference(text);
  const named = reference.tag !== undefined || reference.digest !== undefined;
  if (flags.boolean('all-tags')) {
    if (named) throw new CommandError("tag can't be used with --all-tags/-a");
    return reference;
  }
  if (!named && !flags.boolean('quiet')) context.terminal.print('Using default tag: latest');
  return withDefaultTag(reference);
}
