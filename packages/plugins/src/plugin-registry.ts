import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defaultPatience, PluginClient, type PluginPatience } from './plugin-client.ts';
import { type PluginTarget, readSpecification } from './plugin-target.ts';

/** Where plug-ins leave their sockets and specifications; earlier folders win. */
export const pluginDirectories: readonly string[] = [
  '/run/docker/plugins',
  '/etc/docker/plugins',
  '/usr/lib/docker/plugins',
];

const nameForm = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/**
 * The plug-ins of this host: `NAME.sock` (a unix socket), `NAME.spec` (a URL) or `NAME.json` (`{"Addr": …}`),
 * each also in a folder of its name. They are looked up anew each time: plug-ins come and go.
 */
export class PluginRegistry {
  readonly #directories: readonly string[];
  readonly #patience: PluginPatience;
  readonly #clients = new Map<string, PluginClient>();

  constructor(
    directories: readonly string[] = pluginDirectories,
    patience: Partial<PluginPatience> = {},
  ) {
    this.#directories = directories;
    this.#patience = { ...defaultPatience, ...patience };
  }

  /**
   * Undefined when there is no such plug-in; one that was there may be starting anew, where that is waited for. Nothing is
   * asked of it yet, and a bad specification is not told yet.
   */
  get(name: string): PluginClient | undefined {
    const target = nameForm.test(name) ? this.#targetOf(name) : undefined;
    const known = this.#clients.get(name);
    if (target === undefined) return this.#patience.restart > 0 ? known : undefined;
    if (isDeepStrictEqual(known?.target, target)) return known;
    const client = new PluginClient(name, target, this.#patience);
    this.#clients.set(name, client);
    return client;
  }

  names(): readonly string[] {
    const found = this.#directories.flatMap((directory) =>
      existsSync(directory) ? readdirSync(directory) : [],
    );
    return [...new Set(found.map((file) => file.replace(/\.(sock|spec|json)$/, '')))];
  }

  #targetOf(name: string): PluginTarget | undefined {
    for (const directory of this.#directories) {
      for (const base of [join(directory, name), join(directory, name, name)]) {
        const socket = `${base}.sock`;
        if (existsSync(socket) && statSync(socket).isSocket()) {
          return { kind: 'unix', path: socket };
        }
        for (const file of [`${base}.spec`, `${base}.json`]) {
          if (existsSync(file)) return readSpecification(file);
        }
      }
    }
    return undefined;
  }
}
