export { PluginClient } from './plugin-client.ts';
export { PluginRegistry, pluginDirectories } from './plugin-registry.ts';
