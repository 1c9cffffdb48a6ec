import { engineError } from '@berth/errors';
import type { PluginClient, PluginRegistry } from '@berth/plugins';
import type { LocalVolumeDriver } from './local-volume-driver.ts';
import { RemoteVolumeDriver } from './remote-volume-driver.ts';
import type { DriverVolume, VolumeDriver, VolumeScope } from './volume-driver.ts';

/** A volume that a plug-in has, whether or not it was made through this engine. */
export interface FoundVolume {
  readonly driver: VolumeDriver;
  readonly volume: DriverVolume;
}

export interface ListedVolume extends FoundVolume {
  readonly scope: VolumeScope;
}

/** How long a plug-in may take to list its volumes, in milliseconds. */
const listPatience = 5_000;

/** The driver `local`, and the plug-ins of this host that have volumes. */
export class VolumeDrivers {
  readonly #local: LocalVolumeDriver;
  readonly #plugins: Pick<PluginRegistry, 'get' | 'names'>;
  readonly #ownFolders: readonly string[];
  readonly #remote = new Map<PluginClient, VolumeDriver>();

  constructor(
    local: LocalVolumeDriver,
    plugins: Pick<PluginRegistry, 'get' | 'names'>,
    ownFolders: readonly string[],
  ) {
    this.#local = local;
    this.#plugins = plugins;
    this.#ownFolders = ownFolders;
  }

  /** Undefined when there is no driver of that name. Nothing is asked of a plug-in yet. */
  get(name: string): VolumeDriver | undefined {
    if (name === this.#local.name) return this.#local;
    const plugin = this.#plugins.get(name);
    return plugin === undefined ? undefined : this.#driverOf(plugin);
  }

  /** False: no plug-in has to be asked for anything. */
  get anyPlugins(): boolean {
    return this.#plugins.names().length > 0;
  }

  /** `local` and the plug-ins that were used so far. Nothing is asked. */
  usedNames(): readonly string[] {
    return [this.#local.name, ...[...this.#remote.values()].map(({ name }) => name)].sort();
  }

  /** The plug-ins that say they have volumes. Those that do not answer are in `failures`. */
  async remote(): Promise<{ drivers: readonly VolumeDriver[]; failures: readonly string[] }> {
    const drivers: VolumeDriver[] = [];
    const failures: string[] = [];
    const ask = async (name: string): Promise<void> => {
      const plugin = this.#plugins.get(name);
      if (plugin === undefined) return;
      try {
        if ((await plugin.implements()).includes('VolumeDriver')) {
          drivers.push(this.#driverOf(plugin));
        }
      } catch (error) {
        failures.push(messageOf(error));
      }
    };
    await Promise.all(this.#plugins.names().map(ask));
    return { drivers: drivers.sort((a, b) => (a.name < b.name ? -1 : 1)), failures };
  }

  /** Looks for a volume among those of all plug-ins; of several, the first by the plug-in's name. */
  async find(name: string): Promise<FoundVolume | undefined> {
    if (!this.anyPlugins) return undefined;
    const { drivers } = await this.remote();
    for (const driver of drivers) {
      const volume = await driver.get(name).catch(() => undefined);
      if (volume !== undefined) return { driver, volume };
    }
    return undefined;
  }

  /** The volumes of all plug-ins. One that has not answered after five seconds is a failure: it holds nobody else up. */
  async list(): Promise<{ found: readonly ListedVolume[]; failures: readonly string[] }> {
    const failures: string[] = [];
    const listOf = async (name: string): Promise<readonly ListedVolume[]> => {
      const plugin = this.#plugins.get(name);
      if (plugin === undefined) return [];
      try {
        return await withinPatience(name, this.#listOf(plugin));
      } catch (error) {
        failures.push(messageOf(error));
        return [];
      }
    };
    const found = await Promise.all([...this.#plugins.names()].sort().map(listOf));
    return { found: found.flat(), failures };
  }

  async #listOf(plugin: PluginClient): Promise<readonly ListedVolume[]> {
    if (!(await plugin.implements()).includes('VolumeDriver')) return [];
    const driver = this.#driverOf(plugin);
    const volumes = await driver.list();
    if (volumes.length === 0) return [];
    const scope = await driver.scope().catch(() => 'local' as const);
    return volumes.map((volume) => ({ driver, volume, scope }));
  }

  #driverOf(plugin: PluginClient): VolumeDriver {
    const known = this.#remote.get(plugin);
    if (known !== undefined) return known;
    const driver = new RemoteVolumeDriver(plugin, this.#ownFolders);
    this.#remote.set(plugin, driver);
    return driver;
  }
}

/** What is asked goes on; its answer comes too late for anybody. */
async function withinPatience<T>(plugin: string, asked: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = (): void => {
    const reason = `it has not answered within ${listPatience / 1000} seconds`;
    reject(engineError('plugins.unreachable', { plugin, method: 'VolumeDriver.List', reason }));
  };
  const timer = setTimeout(late, listPatience);
  try {
    return await Promise.race([asked, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
