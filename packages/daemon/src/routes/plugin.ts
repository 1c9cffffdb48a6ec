import { engineError } from '@berth/errors';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';

/** Plug-ins cannot be installed, so there are none. */
export const pluginList: ApiHandler<'PluginList'> = () => json([]);

export const pluginInspect: ApiHandler<'PluginInspect'> = ({ name }) => {
  throw engineError('api.plugin-not-found', { name });
};
