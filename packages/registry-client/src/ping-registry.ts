import { discardBody } from './read-body.ts';
import type { CallOptions, PingResult } from './registry-client.ts';
import type { RegistryContext } from './registry-context.ts';
import { generalFailure } from './registry-failure.ts';

/** See `RegistryClient.ping`. A registry that wants a login is one that answers. */
export async function pingRegistry(
  registry: RegistryContext,
  host: string,
  { signal }: CallOptions = {},
): Promise<PingResult> {
  try {
    const endpoint = await registry.ownEndpoint(host);
    const request = { method: 'GET', target: '', signal, accepted: [401, 403] } as const;
    const answer = await registry.send(endpoint, request);
    discardBody(answer);
    return { endpoint: answer.url.origin };
  } catch (error) {
    throw generalFailure(error);
  }
}
