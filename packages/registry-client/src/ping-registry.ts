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
  const walk = { purpose: 'push', attempts: 1, ...(signal && { signal }) } as const;
  try {
    return await registry.walk(host, walk, async (endpoint) => {
      const answer = await registry.send(endpoint, {
        ...{ method: 'GET', target: '', signal },
        accepted: [401, 403],
      });
      discardBody(answer);
      return { endpoint: answer.url.origin };
    });
  } catch (error) {
    throw generalFailure(error);
  }
}
