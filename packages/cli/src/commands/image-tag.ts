import { isEngineError } from '@berth/errors';
import { parseReference } from '@berth/oci';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { familiarImageName, splitImageName } from '../format/image-name.ts';
import { CommandError } from '../usage-error.ts';

/** `berth tag` */
export async function tagImage(context: CliContext, { args }: Invocation): Promise<number> {
  const [source = '', target = ''] = args;
  checkReference(source);
  checkReference(target);
  const { repository, tag } = splitImageName(familiarImageName(target));
  await context.engine.images.tag(source, { repo: repository, tag });
  return 0;
}

/** Refuses what can be no image reference at all, in Docker's words. IDs are references of the source only. */
function checkReference(text: string): void {
  if (/^(sha256:)?[a-f0-9]{64}$/.test(text)) return;
  try {
    parseReference(text);
  } catch (error) {
    if (!isEngineError(error)) throw error;
    throw new CommandError(
      `Error parsing reference: ${JSON.stringify(text)} is not a valid repository/tag: ${error.message}`,
    );
  }
}
