import { callOperation } from './call-operation.ts';
import { configFolder, readClientConfig } from './client-config.ts';
import type { EngineTransport } from './engine-transport.ts';
import type { EngineApi } from './generated/api.ts';
import { operations } from './generated/operations.ts';
import { createHttpTransport, type TransportOptions } from './http-transport.ts';
import { type Endpoint, resolveEndpoint } from './resolve-endpoint.ts';

/**
 * A client of one daemon: every operation of the Engine API as a method (`client.containers.list()`), and
 * requests by method and path for what is not in it.
 */
export interface EngineClient extends EngineTransport, EngineApi {}

/** Without a host it is found as Docker's own client finds it: environment, context, default socket. */
export type EngineClientOptions = Partial<TransportOptions>;

/**
 * Makes a client; nothing is opened until the first call. Throws at once for a host or a configuration that
 * cannot be read (client.bad-host, client.context-not-found, client.tls-file …).
 */
export function createEngineClient(options: EngineClientOptions = {}): EngineClient {
  const { host } = options;
  const endpoint = host === undefined ? endpointFromEnvironment() : { host };
  return withOperations(createHttpTransport({ ...endpoint, ...options, host: endpoint.host }));
}

/** The daemon that `docker` would use here: `BERTH_HOST`, `DOCKER_HOST`, `DOCKER_CONTEXT`, `config.json`, … */
export function endpointFromEnvironment(environment: NodeJS.ProcessEnv = process.env): Endpoint {
  const folder = configFolder(environment, '');
  const config = readClientConfig(folder);
  return resolveEndpoint({ flags: {}, environment, configFolder: folder, config });
}

type Method = (...values: unknown[]) => Promise<unknown>;

/** Adds the groups of operations to a transport; a group's methods are made when it is first used. */
export function withOperations<T extends EngineTransport>(transport: T): T & EngineApi {
  for (const [group, rows] of Object.entries(operations)) {
    let methods: Record<string, Method> | undefined;
    Object.defineProperty(transport, group, {
      enumerable: true,
      get: () => {
        methods ??= methodsOf(transport, rows);
        return methods;
      },
    });
  }
  return transport as T & EngineApi;
}

function methodsOf(
  transport: EngineTransport,
  rows: Readonly<Record<string, string>>,
): Record<string, Method> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => {
      const method: Method = (...values) => callOperation(transport, row, values);
      return [name, method];
    }),
  );
}
