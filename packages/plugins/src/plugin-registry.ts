import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PluginClient } from './plugin-client.ts';

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
  readonly #clients = new Map<string, PluginClient>();

  constructor(directories: readonly string[] = pluginDirectories) {
    this.#directories = directories;
  }

  /** Undefined when there is no such plug-in. Nothing is asked of it yet. */
  get(name: string): PluginClient | undefined {
    const address = nameForm.test(name) ? this.#addressOf(name) : undefined;
    if (address === undefined) return undefined;
    const known = this.#clients.get(name);
    if (known?.address === address) return known;
    const client = new PluginClient(name, address);
    this.#clients.set(name, client);
    return client;
  }

  names(): readonly string[] {
    const found = this.#directories.flatMap((directory) =>
      existsSync(directory) ? readdirSync(directory) : [],
    );
    return [...new Set(found.map((file) => file.replace(/\.(sock|spec|json)$/, '')))];
  }

  #addressOf(name: string): string | undefined {
    for (const directory of this.#directories) {
      for (const base of [join(directory, name), join(directory, name, name)]) {
        if (existsSync(`${base}.sock`)) return `unix://${base}.sock`;
        if (existsSync(`${base}.spec`)) return readFileSync(`${base}.spec`, 'utf8').trim();
        if (existsSync(`${base}.json`)) return addressOfJson(readFileSync(`${base}.json`, 'utf8'));
      }
    }
    return undefined;
  }
}

function addressOfJson(text: string): string | undefined {
  try {
    const { Addr } = JSON.parse(text) as { Addr?: unknown };
    return typeof Addr === 'string' ? Addr : undefined;
  } catch {
    return undefined;
  }
}
