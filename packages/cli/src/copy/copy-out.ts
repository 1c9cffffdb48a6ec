import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fromText } from '@berth/tar/byte-string.ts';
import { TarReader } from '@berth/tar/tar-reader.ts';
import type { CliContext } from '../cli-context.ts';
import { withByteProgress } from '../streams/byte-progress.ts';
import { CommandError } from '../usage-error.ts';
import {
  type CopyOptions,
  isDirectory,
  linkTargetOf,
  reportCopied,
  statInContainer,
  withEnding,
} from './container-file.ts';
import type { CopyDirection } from './copy-arguments.ts';
import { type CopyPoint, nameOf, planCopy, renamed } from './copy-plan.ts';
import { LocalWriter } from './local-writer.ts';

/** From a container to this machine, or to standard output as a tar archive. */
export async function copyOut(
  context: CliContext,
  { container, from, to }: CopyDirection,
  options: CopyOptions,
): Promise<void> {
  const destination = to === '-' ? to : withEnding(path.resolve(to), to);
  if (to === '-') {
    if (context.terminal.outputIsTerminal) {
      throw new CommandError('cowardly refusing to write a tar archive to a terminal');
    }
  } else requireFolder(destination);
  const source = options.follow ? await followed(context, container, from) : from;
  const { stat, body } = await context.engine.containers.getArchive(container, { path: source });
  if (to === '-') {
    await pipeline(body, context.terminal.output, { end: false });
    return;
  }
  const plan = planCopy(
    { path: from, exists: true, directory: isDirectory(stat) },
    localPoint(destination),
  );
  const first = path.posix.normalize(`/${source}`) === '/' ? '/' : nameOf(source);
  const writer = new LocalWriter(fromText(plan.folder), (name) =>
    renamed(name, fromText(first), fromText(plan.name)),
  );
  const label = 'Copying from container -';
  const shown = options.quiet
    ? body
    : withByteProgress(context.terminal, body, { label, transient: true });
  const bytes = await unpack(shown, writer).finally(() => body.destroy());
  for (const left of writer.leftOut) context.terminal.warn(`special file left out: ${left}`);
  reportCopied(context, options, bytes, destination);
}

/** The file that a link leads to: copied under the name of the link. */
async function followed(context: CliContext, container: string, file: string): Promise<string> {
  const stat = await statInContainer(context, container, file);
  return (stat && linkTargetOf(stat, file)) ?? file;
}

function requireFolder(destination: string): void {
  const folder = path.dirname(destination);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new CommandError(`invalid output path: directory ${JSON.stringify(folder)} does not exist`);
}

function localPoint(destination: string): CopyPoint {
  const found =
    statSync(destination, { throwIfNoEntry: false }) ??
    lstatSync(destination, { throwIfNoEntry: false });
  return {
    path: destination,
    exists: found !== undefined,
    directory: found?.isDirectory() === true,
  };
}

async function unpack(body: AsyncIterable<Uint8Array>, writer: LocalWriter): Promise<number> {
  const reader = new TarReader(writer);
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      reader.write(chunk);
    }
    reader.finish();
    writer.finish();
  } finally {
    writer.close();
  }
  return bytes;
}
