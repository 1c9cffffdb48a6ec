import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '@berth/errors';
import type { RuntimeSpec } from '@berth/runtime';

/** crun takes a compiled filter (base64) in place of `linux.seccomp`; other runtimes do not know it. */
const filterAnnotation = 'run.oci.seccomp_bpf_data';
/** BPF_MAXINSNS instructions of eight bytes (linux/bpf_common.h). */
const instructionSize = 8;
const largestFilter = 4096 * instructionSize;
/** Profiles differ by capabilities, of which few sets are in use. */
const capacity = 64;

/**
 * Compiled seccomp filters by runtime and profile. Compiling the default profile is more than half of what crun
 * does at a start, so the filter that it leaves in its state folder is handed to it at the next one.
 */
export class SeccompFilters {
  readonly #filters = new Map<string, string>();

  /** The specification with the filter compiled before for the same profile, if there is one. */
  apply(spec: RuntimeSpec, runtimePath: string): RuntimeSpec {
    const key = keyOf(spec, runtimePath);
    const filter = key === undefined ? undefined : this.#filters.get(key);
    return filter === undefined ? spec : { ...spec, annotations: { [filterAnnotation]: filter } };
  }

  /**
   * Keeps the filter of a container that runs. `stateFolder` is the runtime's own for the container; one that
   * leaves no filter there, or has removed it already, is no failure.
   */
  async learn(spec: RuntimeSpec, runtimePath: string, stateFolder: string): Promise<void> {
    const key = keyOf(spec, runtimePath);
    if (key === undefined || this.#filters.has(key) || this.#filters.size >= capacity) return;
    const filter = await readIfThere(path.join(stateFolder, 'seccomp.bpf'));
    if (filter === undefined || filter.length === 0 || filter.length > largestFilter) return;
    if (filter.length % instructionSize === 0) this.#filters.set(key, filter.toString('base64'));
  }
}

/** None for a container with annotations of its own: they may change what crun compiles. */
function keyOf({ linux, annotations }: RuntimeSpec, runtimePath: string): string | undefined {
  if (annotations !== undefined) return undefined;
  const { seccomp } = linux as { readonly seccomp?: unknown };
  return seccomp === undefined ? undefined : `${runtimePath}\0${JSON.stringify(seccomp)}`;
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
