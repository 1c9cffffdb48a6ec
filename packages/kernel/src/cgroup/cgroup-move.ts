import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Moving a process into a cgroup takes a lock of the whole machine, whose first taker for some time waits for an
 * RCU grace period (8 to 20 ms); for about as long after that it is free. This moves the process to where it
 * is, so that the wait runs beside other work and not inside the OCI runtime.
 */
export class CgroupMoveWarmUp {
  readonly #file: string | undefined;
  #running: Promise<void> | undefined;

  /** `file`: `cgroup.procs` of this process's own cgroup in any hierarchy; undefined: there is none. */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** One at a time; never rejects, since a move works without it as well. */
  run(): Promise<void> {
    if (this.#file === undefined) return Promise.resolve();
    this.#running ??= moveSelf(this.#file)
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }
}

async function moveSelf(file: string): Promise<void> {
  await using handle = await open(file, constants.O_WRONLY);
  await handle.write('0');
}
