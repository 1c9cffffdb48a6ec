import { PluginRegistry, pluginDirectories } from '@berth/plugins';
import type { DaemonConfig } from '../config/option-table.ts';

/** The plug-ins of this host: in the folders of the setting `plugin-dirs`, else in Docker's. */
export function pluginRegistry({ 'plugin-dirs': given }: DaemonConfig): PluginRegistry {
  return new PluginRegistry(given.length > 0 ? given : pluginDirectories);
}
