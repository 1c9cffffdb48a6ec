import { createReadStream, openSync } from 'node:fs';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { wantedPlatform } from '../container-options/platform-option.ts';
import { goErrorText } from '../format/go-error-text.ts';
import { splitImageName } from '../format/image-name.ts';
import { showProgress } from '../streams/progress-display.ts';
import { CommandError } from '../usage-error.ts';

/** `berth import` */
export async function importImage(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const [source = '', name = ''] = args;
  const { repository, tag } = name.includes('@')
    ? { repository: name, tag: '' }
    : splitImageName(name);
  const isUrl = /^https?:\/\//.test(source);
  const { body } = await context.engine.stream('POST', '/images/create', {
    query: {
      fromSrc: isUrl ? source : '-',
      repo: repository || undefined,
      tag: tag || undefined,
      message: flags.string('message') || undefined,
      changes: flags.list('change'),
      platform: wantedPlatform(context, flags) || undefined,
    },
    ...(isUrl
      ? {}
      : { body: inputStream(context, source), headers: { 'Content-Type': 'text/plain' } }),
  });
  const { jsonLines } = await import('@berth/engine-client');
  await showProgress(context.terminal, jsonLines(body as AsyncIterable<Uint8Array>), {
    to: 'output',
  });
  return 0;
}

/** A file, or standard input for `-`. */
export function inputStream(context: CliContext, path: string): AsyncIterable<Uint8Array> {
  if (path === '-') return context.terminal.input as AsyncIterable<Uint8Array>;
  try {
    return createReadStream('', { fd: openSync(path, 'r'), highWaterMark: 256 * 1024 });
  } catch (error) {
    throw new CommandError(goErrorText(error, 'open', path));
  }
}
