import type { ContainerEntry } from '../container-entry.ts';
import type { ExecCreateBody } from '../container-service.ts';

/** One exec: asked for, perhaps started, perhaps ended. It lives in memory only. */
export interface ExecRecord {
  readonly id: string;
  readonly entry: ContainerEntry;
  readonly body: ExecCreateBody;
  /** The front door may ask for a terminal at start rather than at create. */
  readonly phase: 'created' | 'starting' | 'running' | 'ended';
  readonly pid: number;
  readonly exitCode: number | null;
  /** What the shim or the runtime was given; goes with the end of the process. */
  readonly file?: string;
}
