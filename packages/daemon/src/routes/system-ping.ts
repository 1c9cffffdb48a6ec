import type { ReplyHeaders } from '../http/api-reply.ts';
import type { EarlyHandler } from '../http/api-request.ts';

/** `Builder-Version` 1 tells clients to use the classic builder's routes, not BuildKit's. */
const pingHeaders: ReplyHeaders = {
  'Builder-Version': '1',
  'Cache-Control': 'no-cache, no-store, must-revalidate',
  'Docker-Experimental': 'false',
  Pragma: 'no-cache',
  Swarm: 'inactive',
};

export const systemPing: EarlyHandler<'SystemPing'> = () => ({
  kind: 'text',
  status: 200,
  text: 'OK',
  headers: pingHeaders,
});

export const systemPingHead: EarlyHandler<'SystemPingHead'> = () => ({
  kind: 'text',
  status: 200,
  text: '',
  headers: { ...pingHeaders, 'Content-Length': '0' },
});
