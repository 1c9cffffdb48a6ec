import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '@berth/errors';
import type { Files } from '@berth/kernel';
import { fromText } from '@berth/tar/byte-string.ts';
import { packJob } from '../pack/pack-job.ts';
import { compareTrees } from '../tree/compare-trees.ts';
import { copyTree } from '../tree/copy-tree.ts';
import { accountTree } from '../tree/disk-account.ts';
import { describeFile, resolveFile } from '../tree/look-up.ts';
import { overlayChanges } from '../tree/overlay-changes.ts';
import { overlayNames } from '../tree/overlay-names.ts';
import { removeTree } from '../tree/remove-tree.ts';
import { settleLayer } from '../tree/settle-layer.ts';
import { treeUsage } from '../tree/tree-usage.ts';
import { unpackJob } from '../unpack/unpack-job.ts';
import { type JobContext, runInTurns } from './job-context.ts';
import type {
  JobKind,
  JobReplies,
  JobRequest,
  RemoveRequest,
  SubvolumeRequest,
} from './protocol.ts';

type Steps = Generator<void, JobReplies[JobKind]>;

/** Runs a job inside a worker. */
export async function runJob(
  request: JobRequest,
  context: JobContext,
): Promise<JobReplies[JobKind]> {
  if (request.kind === 'unpack') return unpackJob(request, context);
  if (request.kind === 'pack') return packJob(request, context);
  if (request.kind === 'describe') {
    return describeFile(context.files, request.directory, request.path);
  }
  if (request.kind === 'resolve') {
    return resolveFile(context.files, request.directory, request.path);
  }
  if (request.kind === 'subvolume') return makeSubvolume(context.files, request);
  if (request.kind === 'limit') {
    context.files.limitSubvolume(request.directory, request.bytes);
    return undefined;
  }
  return runInTurns(stepsOf(request, context), context);
}

/** Jobs that wait for nothing but the disk. */
function stepsOf(
  request: Exclude<
    JobRequest,
    { kind: 'unpack' | 'pack' | 'describe' | 'resolve' | 'subvolume' | 'limit' }
  >,
  { files }: JobContext,
): Steps {
  switch (request.kind) {
    case 'remove':
      return removeAll(files, request);
    case 'usage':
      return treeUsage(fromText(request.directory));
    case 'account':
      return accountTree({
        directory: fromText(request.directory),
        mountPoints: new Set(request.mountPoints.map(fromText)),
        depths: new Map(
          Object.entries(request.depths).map(([name, depth]) => [fromText(name), depth]),
        ),
      });
    case 'copy':
      return copyTree(files, fromText(request.from), request.to) as Steps;
    case 'overlay-changes': {
      const lower = request.lower.map(fromText);
      const names = overlayNames(request.namespace);
      return overlayChanges(files, names, fromText(request.upper), lower);
    }
    case 'compare': {
      const before = request.before === undefined ? undefined : fromText(request.before);
      return compareTrees(before, fromText(request.after), new Set(request.given.map(fromText)));
    }
    case 'settle-layer': {
      const lower = request.lower.map(fromText);
      const names = overlayNames(request.namespace);
      return settleLayer(files, names, fromText(request.layer), lower) as Steps;
    }
  }
}

function* removeAll(files: Files, { paths, subvolume }: RemoveRequest): Steps {
  for (const path of paths) {
    if (subvolume !== undefined) removeWhole(files, join(path, subvolume));
    yield* removeTree(fromText(path));
  }
  return undefined;
}

/**
 * What cannot go in one step, such as a subvolume that holds another, goes file by file: without its limit, since
 * even removing takes space.
 */
function removeWhole(files: Files, path: string): void {
  if (succeeds(() => files.removeSubvolume(path))) return;
  succeeds(() => files.unlimitSubvolume(path));
}

/** False when a system call failed. */
function succeeds(call: () => void): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/** One system call, whose wait for the disk nobody shares. */
function makeSubvolume(files: Files, { to, from }: SubvolumeRequest): undefined {
  files.createSubvolume(to, from);
  if (from === undefined) chmodSync(to, 0o755);
}
