import { constants } from 'node:os';
/** A failed system call: which one, on what, and why. `code` is the errno name as in Node's own errors. */
export class KernelError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path: string | undefined;

  constructor(syscall: string, code: string, path?: string, detail?: string) {
    super(
      `${syscall}${path === undefined ? '' : ` ${path}`}: ${code}${detail === undefined ? '' : ` (${detail})`}`,
    );
    this.name = 'KernelError';
    this.code = code;
    this.syscall = syscall;
    this.path = path;
  }
}

const errnoNames = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** The name of an errno value, for example EBUSY. */
export function errnoName(errno: number): string {
  return errnoNames.get(errno) ?? `E${errno}`;
}
