import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { engineError } from '@berth/errors';
import type { DaemonConfig } from '../config/option-table.ts';
import type { ApiServer } from '../http/api-server.ts';
import type { Logger } from '../logging/logger.ts';
import { groupId } from './group-id.ts';
import { formatHostAddress, type HostAddress, parseHostAddress } from './host-address.ts';
import { tlsOptions } from './tls-options.ts';
import { listenUnix, socketAnswers } from './unix-socket.ts';

export const dockerSocket = '/var/run/docker.sock';

/**
 * A client that has sent all of its input still wants the output. Sockets without TLS are half-open anyhow under
 * `node:http`; for the others the option goes through to `net.Server`, which its types leave out.
 */
const halfOpen = { allowHalfOpen: true };

export interface ListenerContext {
  readonly api: ApiServer;
  readonly config: DaemonConfig;
  readonly logger: Logger;
  /** Descriptors that the service manager passed. */
  readonly listenDescriptors: () => number[];
}

/** The sockets that the daemon answers on. */
export class Listeners {
  readonly #context: ListenerContext;
  readonly #open: { readonly server: Server; readonly host: HostAddress }[] = [];

  constructor(context: ListenerContext) {
    this.#context = context;
  }

  /**
   * Opens every configured address. Without any: `<exec-root>/berth.sock`, and Docker's own socket when
   * no other daemon answers there. All or nothing: a failure closes what was opened.
   */
  async open(): Promise<void> {
    const { config } = this.#context;
    try {
      if (config.hosts.length === 0) await this.#openDefaults();
      for (const host of config.hosts) await this.#openOne(parseHost(host, config));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Addresses in the notation of `-H`. */
  get addresses(): readonly string[] {
    return this.#open.map(({ host }) => formatHostAddress(host));
  }

  /**
   * Stops accepting, waits for `drained`, then cuts off what is left. Sockets in the file system are
   * removed.
   */
  async close(drained: () => Promise<unknown> = async () => undefined): Promise<void> {
    const open = this.#open.splice(0);
    const closed = open.map(({ server }) => {
      const ended = once(server, 'close');
      server.close();
      return ended;
    });
    for (const { host } of open) if (host.kind === 'unix') rmSync(host.path, { force: true });
    await drained();
    this.#context.api.destroyConnections();
    await Promise.all(closed);
  }

  async #openDefaults(): Promise<void> {
    const { config, logger } = this.#context;
    await this.#openOne({ kind: 'unix', path: `${config['exec-root']}/berth.sock` });
    if (await socketAnswers(dockerSocket)) {
      logger.info('daemon', `Leaving ${dockerSocket} to the daemon that answers there`);
      return;
    }
    await this.#openOne({ kind: 'unix', path: dockerSocket });
  }

  async #openOne(host: HostAddress): Promise<void> {
    if (host.kind === 'unix') await this.#openUnix(host);
    else if (host.kind === 'tcp') await this.#openTcp(host);
    else await this.#openPassed(host);
    this.#context.logger.info('daemon', `API listen on ${formatHostAddress(host)}`);
  }

  async #openUnix(host: Extract<HostAddress, { kind: 'unix' }>): Promise<void> {
    const server = this.#plainServer();
    try {
      await listenUnix(server, host.path, this.#socketGroup());
    } catch (error) {
      server.close();
      throw error;
    }
    this.#open.push({ server, host });
  }

  async #openTcp(host: Extract<HostAddress, { kind: 'tcp' }>): Promise<void> {
    const { api, config, logger } = this.#context;
    const tls = tlsOptions(config);
    const shown = formatHostAddress(host);
    if (tls === undefined) {
      if (!config['allow-insecure-tcp']) throw engineError('daemon.insecure-tcp', { host: shown });
      logger.warn('daemon', `${shown} has no TLS: whoever reaches it is root on this machine`);
    }
    const server =
      tls === undefined
        ? this.#plainServer()
        : api.attach(createHttpsServer({ ...api.serverOptions(), ...tls, ...halfOpen }));
    server.listen(host.port, host.address);
    await once(server, 'listening').catch((cause: Error) => {
      throw engineError('daemon.listen-failed', { host: shown, reason: cause.message }, { cause });
    });
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : host.port;
    this.#open.push({ server, host: { ...host, port } });
  }

  async #openPassed(host: Extract<HostAddress, { kind: 'fd' }>): Promise<void> {
    const descriptors = this.#context.listenDescriptors();
    if (descriptors.length === 0) throw engineError('daemon.no-descriptors', {});
    for (const fd of descriptors) {
      const server = this.#plainServer();
      server.listen({ fd });
      await once(server, 'listening');
      this.#open.push({ server, host });
    }
  }

  #plainServer(): Server {
    const { api } = this.#context;
    return api.attach(createHttpServer(api.serverOptions()));
  }

  /** The default group may be missing, a chosen one may not. */
  #socketGroup(): number {
    const { config, logger } = this.#context;
    const gid = groupId(config.group);
    if (gid !== undefined) return gid;
    if (config.group !== 'docker') {
      const reason = 'there is no such group';
      throw engineError('daemon.invalid-option', { key: 'group', value: config.group, reason });
    }
    logger.warn('daemon', 'There is no group "docker": only root can use the socket');
    return 0;
  }
}

function parseHost(host: string, config: DaemonConfig): HostAddress {
  return parseHostAddress(host, {
    unixPath: dockerSocket,
    tcpPort: config.tls || config.tlsverify ? 2376 : 2375,
  });
}
