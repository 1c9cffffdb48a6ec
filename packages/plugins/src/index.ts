export { PluginClient, type PluginMembers, type PluginPatience } from './plugin-client.ts';
export { PluginRegistry, pluginDirectories } from './plugin-registry.ts';
