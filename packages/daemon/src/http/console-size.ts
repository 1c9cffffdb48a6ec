import { engineError } from '@berth/errors';

export interface ConsoleSize {
  readonly rows: number;
  readonly columns: number;
}

/** Both sides of a terminal, each a number that the kernel can take. */
export function requireConsoleSize(query: {
  readonly h: number | undefined;
  readonly w: number | undefined;
}): ConsoleSize {
  return { rows: requireSide('h', 'height', query.h), columns: requireSide('w', 'width', query.w) };
}

function requireSide(name: string, side: string, value: number | undefined): number {
  if (value === undefined || value < 0 || value > 65_535) {
    const reason = `invalid resize ${side} "${value ?? ''}"`;
    throw engineError('api.invalid-query', { name, reason });
  }
  return value;
}
