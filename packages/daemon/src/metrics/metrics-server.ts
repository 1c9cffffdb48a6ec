import { readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { engineError } from '@berth/errors';
import type { EngineServices } from '../http/services.ts';
import type { Logger } from '../logging/logger.ts';
import { containerMetrics } from './container-metrics.ts';
import { engineMetrics, type ProcessFacts } from './engine-metrics.ts';
import { EventCounter } from './event-counter.ts';
import { formatMetrics, metricsContentType } from './prometheus-text.ts';

export interface MetricsServerOptions {
  /** `host:port`, `[v6]:port` or `:port`. */
  readonly address: string;
  readonly services: EngineServices;
  readonly logger: Logger;
}

/**
 * Serves GET /metrics on a plain TCP port (`metrics-addr`), to whoever can reach it: names and figures of containers,
 * and nothing can be changed there.
 */
export class MetricsServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #events: EventCounter;
  readonly #services: EngineServices;
  readonly #logger: Logger;

  private constructor({ services, logger }: MetricsServerOptions) {
    this.#services = services;
    this.#logger = logger;
    this.#events = new EventCounter(services.events);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Resolves when it listens; fails with daemon.metrics-address when it cannot. */
  static async open(options: MetricsServerOptions): Promise<MetricsServer> {
    const { address, logger } = options;
    const { host, port } = parseAddress(address);
    const metrics = new MetricsServer(options);
    const server = metrics.#server;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
    } catch (cause) {
      await metrics[Symbol.asyncDispose]();
      const reason = (cause as Error).message;
      throw engineError('daemon.metrics-address', { address, reason }, { cause });
    }
    const bound = server.address();
    logger.info('daemon', 'Serving metrics', {
      address:
        typeof bound === 'object' && bound !== null ? `${bound.address}:${bound.port}` : address,
    });
    return metrics;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#events[Symbol.dispose]();
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end('404 page not found\n');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    try {
      const { system, containers } = this.#services;
      const [info, measured] = await Promise.all([system.info(), containers.measureAll()]);
      const text = formatMetrics([
        ...engineMetrics(info, processFacts(), this.#events.samples),
        ...containerMetrics(measured),
      ]);
      response.setHeader('Content-Type', metricsContentType);
      response.end(text);
    } catch (error) {
      this.#logger.error('daemon', 'Metrics failed', { error });
      response.writeHead(500).end();
    }
  }
}

function processFacts(): ProcessFacts {
  const { user, system } = process.cpuUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
    openDescriptors: readdirSync('/proc/self/fd').length,
    startedAt: Math.round(Date.now() / 1000 - process.uptime()),
  };
}

export function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw engineError('daemon.metrics-address', { address, reason: 'not of the form HOST:PORT' });
  }
  return { host: match[1] ?? (match[2] || '0.0.0.0'), port };
}
