import { jsonLines } from '@berth/engine-client';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { platformQuery } from '../container-options/platform-option.ts';
import { showProgress } from '../streams/progress-display.ts';
import { CommandError } from '../usage-error.ts';
import { inputStream } from './image-import.ts';

/** `berth load` */
export async function loadImages(context: CliContext, { flags }: Invocation): Promise<number> {
  const { terminal, engine } = context;
  const path = flags.string('input');
  if (path === '' && terminal.inputIsTerminal) {
    throw new CommandError('requested load from stdin, but stdin is empty');
  }
  const quiet = flags.boolean('quiet') || !terminal.outputIsTerminal;
  const { body, headers } = await engine.stream('POST', '/images/load', {
    query: {
      quiet,
      platform: flags
        .list('platform')
        .flatMap((text) => platformQuery(text, 'invalid platform: ') ?? []),
    },
    headers: { 'Content-Type': 'application/x-tar' },
    body: inputStream(context, path === '' ? '-' : path),
  });
  if (headers.get('content-type')?.includes('json')) {
    await showProgress(terminal, jsonLines(body as AsyncIterable<Uint8Array>), { to: 'output' });
    return 0;
  }
  for await (const chunk of body as AsyncIterable<Buffer>) terminal.output.write(chunk);
  return 0;
}
