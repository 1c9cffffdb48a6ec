import { getSystemErrorMessage } from 'node:util';

/** A failed file operation in Go's words: `open /x: no such file or directory`. */
export function goErrorText(error: unknown, operation: string, path: string): string {
  const errno = (error as NodeJS.ErrnoException | undefined)?.errno;
  const text = errno === undefined ? String(error) : getSystemErrorMessage(errno);
  return `${operation} ${path}: ${text}`;
}
