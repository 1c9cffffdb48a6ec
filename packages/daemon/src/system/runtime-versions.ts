import type { Processes } from '@berth/kernel';

export interface RuntimeVersion {
  readonly version: string;
  readonly commit: string;
  /** Version of the OCI runtime specification. */
  readonly spec: string;
}

/** Versions of OCI runtimes and of the init program, by the path of their program; each is asked once. */
export class RuntimeVersions {
  readonly #processes: Pick<Processes, 'run'>;
  readonly #known = new Map<string, Promise<RuntimeVersion>>();

  constructor(processes: Pick<Processes, 'run'>) {
    this.#processes = processes;
  }

  of(path: string): Promise<RuntimeVersion> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const asked = this.#ask(path);
    this.#known.set(path, asked);
    return asked;
  }

  /** A runtime that cannot say its version has an empty one. */
  async #ask(path: string): Promise<RuntimeVersion> {
    try {
      const { stdout } = await this.#processes.run(path, ['--version']);
      return parseRuntimeVersion(stdout);
    } catch {
      return { version: '', commit: '', spec: '' };
    }
  }
}

/** Reads what `runc --version` and `crun --version` print, and `tini --version` (`tini version 0.19.0 - git.de40ad0`). */
export function parseRuntimeVersion(text: string): RuntimeVersion {
  const field = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  return {
    version: field(/^\S+ version (\S+)/m),
    commit: field(/^commit: ?(\S+)/m) || field(/ - git\.(\S+)$/m),
    spec: field(/^spec: ?(\S+)/m),
  };
}
