import type { ExecProgram, ShimFault, ShimTarget } from './shim-client.ts';

/** A message of the control protocol (native/shim/PROTOCOL.md). */
export type ShimMessage = Readonly<Record<string, unknown>>;

export interface ShimRequest {
  readonly op: string;
  readonly [argument: string]: string | number | boolean;
}

/** Longest line a shim may send: its state with thousands of execs. */
const lineLimit = 16 * 1024 * 1024;

/** Parses one line; anything but a JSON object is a shim that we cannot talk to. */
export function parseShimMessage(line: string): ShimMessage {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError('not a JSON object');
  return value as ShimMessage;
}

/** Cuts a byte stream into lines. The rest after the last newline stays in `rest`. */
export class LineSplitter {
  rest: Buffer = Buffer.alloc(0);

  /** The next whole line of what was pushed so far, without its newline. */
  next(): string | undefined {
    const end = this.rest.indexOf(0x0a);
    if (end < 0) return undefined;
    const line = this.rest.toString('utf8', 0, end);
    this.rest = this.rest.subarray(end + 1);
    return line;
  }

  push(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    if (this.rest.length > lineLimit) throw new RangeError('line too long');
  }
}

export function targetArguments(target: ShimTarget): { exec?: string } {
  return target === 'container' ? {} : { exec: target.execId };
}

export function programArguments(program: ExecProgram): {
  process?: string;
  plan?: string;
  cgroup?: string;
} {
  if ('processFile' in program) return { process: program.processFile };
  const { planFile, cgroup } = program;
  return { plan: planFile, ...(cgroup === undefined ? {} : { cgroup }) };
}

export function numberOf(message: ShimMessage, name: string): number {
  const value = message[name];
  return typeof value === 'number' ? value : 0;
}

export function stringOf(message: ShimMessage, name: string): string {
  const value = message[name];
  return typeof value === 'string' ? value : '';
}

/** The `error` member of a reply or event. */
export function faultOf(message: ShimMessage): ShimFault {
  const error = (message.error ?? {}) as ShimMessage;
  return {
    op: stringOf(error, 'op'),
    stage: stringOf(error, 'stage'),
    errno: stringOf(error, 'errno'),
    path: stringOf(error, 'path'),
    runtimeMessage: stringOf(error, 'message'),
  };
}
