import { CommandError } from '../usage-error.ts';

/** One side of a copy: a path on this machine (`-` for a standard stream), or in a container. */
export interface CopySide {
  readonly container: string | undefined;
  readonly path: string;
}

export type CopyDirection =
  | { readonly kind: 'out'; readonly container: string; readonly from: string; readonly to: string }
  | { readonly kind: 'in'; readonly container: string; readonly from: string; readonly to: string };

/** `CONTAINER:PATH` or a path here; a colon behind `/`, `./` or `../` belongs to the path. */
export function parseCopySide(argument: string): CopySide {
  const colon = argument.indexOf(':');
  if (argument.startsWith('/') || colon < 0) return { container: undefined, path: argument };
  const container = argument.slice(0, colon);
  if (container.startsWith('.')) return { container: undefined, path: argument };
  return { container, path: argument.slice(colon + 1) };
}

/** What to copy where. Fails with Docker's texts. */
export function parseCopy(source: string, destination: string): CopyDirection {
  if (source === '') throw new CommandError('source can not be empty');
  if (destination === '') throw new CommandError('destination can not be empty');
  const from = parseCopySide(source);
  const to = parseCopySide(destination);
  if (from.container && to.container) {
    throw new CommandError('copying between containers is not supported');
  }
  if (from.container) {
    return { kind: 'out', container: from.container, from: from.path, to: to.path };
  }
  if (to.container) return { kind: 'in', container: to.container, from: from.path, to: to.path };
  throw new CommandError('must specify at least one container source');
}
