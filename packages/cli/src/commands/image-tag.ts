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
  const path = `/images/${encodeURIComponent(source).replaceAll('%2F', '/')}/tag`;
  await context.engine.json('POST', path, { query: { repo: repository, tag } });
  return 0;
}

/** Refuses what can be no image reference at all, in Docker's words. */
function checkReference(text: string): void {
  const upper = /^[^@:]*[A-Z]/.test(text.slice(text.indexOf('/') + 1)) && !text.includes('.');
  if (upper && /^[\w./:@-]+$/.test(text)) {
    throw new CommandError(
      `Error parsing reference: ${JSON.stringify(text)} is not a valid repository/tag: invalid reference format: repository name (${splitImageName(text).repository}) must be lowercase`,
    );
  }
  if (!/^[A-Za-z0-9[][\w./:@[\]-]*$/.test(text)) {
    throw new CommandError(
      `Error parsing reference: ${JSON.stringify(text)} is not a valid repository/tag: invalid reference format`,
    );
  }
}
