import type { JobRequest } from './protocol.ts';

/** What a job does and where, for error messages. */
export function describeJob(request: JobRequest): { what: string; path: string } {
  switch (request.kind) {
    case 'unpack':
      return request.place !== undefined
        ? { what: 'copying files', path: request.place.path }
        : { what: 'unpacking a layer', path: request.directory ?? request.copyTo ?? 'memory' };
    case 'pack':
      return { what: 'packing files', path: request.place?.path ?? request.directory };
    case 'describe':
    case 'resolve':
      return { what: 'looking at a file', path: request.path };
    case 'remove':
      return { what: 'removing files', path: request.paths[0] ?? '' };
    case 'usage':
    case 'account':
      return { what: 'measuring disk usage', path: request.directory };
    case 'copy':
      return { what: 'copying files', path: request.to };
    case 'subvolume':
      return { what: 'making a subvolume', path: request.to };
    case 'limit':
      return { what: 'limiting a subvolume', path: request.directory };
    case 'overlay-changes':
      return { what: 'comparing files', path: request.upper };
    case 'compare':
      return { what: 'comparing files', path: request.after };
    case 'settle-layer':
      return { what: 'completing a layer', path: request.layer };
  }
}
