import { statfs } from 'node:fs/promises';
import { engineError, isEngineError } from '@berth/errors';
import type { ImageContext } from './image-context.ts';

/**
 * An error to report after an operation was undone: for a full disk it also says how much the operation needs. Any
 * other error stays as it is. `atLeast`: bytes that are known to be needed.
 */
export async function explainNoSpace(
  { content }: Pick<ImageContext, 'content'>,
  error: unknown,
  operation: { readonly what: string; readonly atLeast?: number },
): Promise<unknown> {
  if (!isEngineError(error, 'common.no-space')) return error;
  const { bavail, bsize } = await statfs(content.root);
  const what = `${operation.what}, which ${needsText(bavail * bsize, operation.atLeast)}`;
  return engineError('common.no-space', { what, path: content.root }, { cause: error });
}

/** What is free now was not enough, for all of it was used before. */
export function needsText(free: number, atLeast = 0): string {
  if (atLeast > free) return `needs at least ${sizeText(atLeast)} where ${sizeText(free)} are free`;
  return `needs more than the ${sizeText(free)} that are free`;
}

function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${Number((bytes / 1000 ** step).toPrecision(3))} ${units[step]}`;
}
