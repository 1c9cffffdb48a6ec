import { statSync } from 'node:fs';
import type { Volume } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { withByteProgress } from '../streams/byte-progress.ts';
import { CommandError } from '../usage-error.ts';
import { inputStream } from './image-import.ts';
import { checkArchiveTarget, writeArchive } from './write-archive.ts';

/** `berth volume clone`: prints the name of the new volume. */
export async function cloneVolume(context: CliContext, { args }: Invocation): Promise<number> {
  const [source = '', target = ''] = args;
  const path = `/berth/volumes/${encodeURIComponent(source)}/clone`;
  const volume = await context.engine.json<Volume>('POST', path, { query: { target } });
  context.terminal.print(volume.Name);
  return 0;
}

/** `berth volume export` */
export async function exportVolume(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const path = flags.string('output');
  const [name = ''] = args;
  checkArchiveTarget(context, path, 'export volume');
  const { body } = await context.engine.stream(
    'GET',
    `/berth/volumes/${encodeURIComponent(name)}/export`,
  );
  await writeArchive(context, body, path);
  return 0;
}

/** `berth volume import`: prints the name of the new volume. */
export async function importVolume(context: CliContext, { args }: Invocation): Promise<number> {
  const { terminal, engine } = context;
  const [name = '', file = ''] = args;
  if (file === '-' && terminal.inputIsTerminal) {
    throw new CommandError('requested import from stdin, but stdin is a terminal');
  }
  const size = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
  const source = withByteProgress(terminal, inputStream(context, file), {
    label: `Importing ${name}`,
    ...(size === undefined ? {} : { total: size }),
  });
  const path = `/berth/volumes/${encodeURIComponent(name)}/import`;
  const headers = { 'Content-Type': 'application/x-tar' };
  const { body } = await engine.stream('POST', path, { body: source, headers });
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  terminal.print((JSON.parse(Buffer.concat(chunks).toString()) as Volume).Name);
  return 0;
}
