import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { CliContext } from '../cli-context.ts';
import { withByteProgress } from '../streams/byte-progress.ts';
import { CommandError } from '../usage-error.ts';
import {
  type CopyOptions,
  isDirectory,
  isOrdinary,
  linkTargetOf,
  reportCopied,
  statInContainer,
  withEnding,
} from './container-file.ts';
import type { CopyDirection } from './copy-arguments.ts';
import { type CopyPoint, planCopy } from './copy-plan.ts';
import { packLocal } from './local-archive.ts';

/** From this machine, or a tar archive on standard input, into a container. */
export async function copyIn(
  context: CliContext,
  { container, from, to }: CopyDirection,
  options: CopyOptions,
): Promise<void> {
  const destination = await destinationPoint(context, container, to);
  let content: AsyncIterable<Uint8Array>;
  let folder: string;
  if (from === '-') {
    if (!destination.directory) {
      throw new CommandError(`destination "${container}:${to}" must be a directory`);
    }
    content = context.terminal.input;
    folder = destination.path;
  } else {
    const source = sourcePoint(from, options.follow);
    const plan = planCopy({ ...source.point, path: from }, destination);
    content = packLocal(source.point.path, plan.name);
    folder = plan.folder;
  }
  const label = 'Copying to container -';
  const shown = options.quiet
    ? content
    : withByteProgress(context.terminal, content, { label, transient: true });
  const counter = { bytes: 0 };
  await context.engine.containers.putArchive(container, counted(shown, counter), {
    path: folder,
    noOverwriteDirNonDir: 'true',
    copyUIDGID: options.archive ? 'true' : undefined,
  });
  reportCopied(context, options, counter.bytes, `${container}:${destination.path}`);
}

async function destinationPoint(
  context: CliContext,
  container: string,
  file: string,
): Promise<CopyPoint> {
  let place = file;
  let stat = await statInContainer(context, container, place);
  const target = stat && linkTargetOf(stat, place);
  if (target !== undefined) {
    place = target;
    stat = await statInContainer(context, container, place);
  }
  if (stat !== undefined && !isOrdinary(stat)) {
    throw new CommandError(
      `destination "${container}:${file}" must be a directory or a regular file`,
    );
  }
  return { path: place, exists: stat !== undefined, directory: stat ? isDirectory(stat) : false };
}

function sourcePoint(file: string, follow: boolean): { readonly point: CopyPoint } {
  const given = withEnding(path.resolve(file), file);
  const found = lstatSync(given, { throwIfNoEntry: false });
  if (found === undefined) throw new CommandError(`lstat ${given}: no such file or directory`);
  // A slash or a dot at the end means what the link leads to.
  const real = follow || /\/\.?$/.test(given) ? realpathSync(given) : given;
  return { point: { path: real, exists: true, directory: statKind(real, follow) } };
}

function statKind(file: string, follow: boolean): boolean {
  return (follow ? statSync(file) : lstatSync(file)).isDirectory();
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  counter: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    counter.bytes += chunk.length;
    yield chunk;
  }
}
