import { configFolder, readClientConfig } from '@berth/engine-client';
import type { CommandDefinition } from '../command-table/command-definition.ts';
import { isPlugin, listPlugins, pluginFolders } from './cli-plugins.ts';

/** The plug-ins as rows of the list of commands, marked with a star as Docker does. */
export function pluginRows(environment: NodeJS.ProcessEnv): CommandDefinition[] {
  const folder = configFolder(environment);
  const plugins = listPlugins(pluginFolders(configOf(folder), folder)).filter(isPlugin);
  return plugins.map(({ name, summary }) => ({
    name: `${name}*`,
    summary,
    section: 'management',
  }));
}

/** Help is shown whatever the configuration looks like. */
function configOf(folder: string) {
  try {
    return readClientConfig(folder);
  } catch {
    return {};
  }
}
