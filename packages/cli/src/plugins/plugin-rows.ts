import { readClientConfig } from '@berth/engine-client';
import type { CommandDefinition } from '../command-table/command-definition.ts';
import { isPlugin, listPlugins, pluginFolders } from './cli-plugins.ts';

/** The plug-ins as rows of the list of commands, marked with a star as Docker does, and programs that are none. `folder` is that of the configuration. */
export async function pluginRows(folder: string): Promise<CommandDefinition[]> {
  // Help is shown whatever the configuration looks like.
  const config = readClientConfig(folder, () => undefined);
  const found = await listPlugins(pluginFolders(config, folder));
  return found.map((plugin) =>
    isPlugin(plugin)
      ? { name: `${plugin.name}*`, summary: plugin.summary, section: 'management' }
      : { name: plugin.name, summary: plugin.problem, section: 'invalid' },
  );
}
