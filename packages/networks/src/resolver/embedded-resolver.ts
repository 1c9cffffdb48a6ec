import {
  answerMessage,
  Forwarder,
  NameIndex,
  type NameServerView,
  openNameServer,
  QuerySlots,
  upstreamSockets,
} from '@berth/dns';
import type { Kernel } from '@berth/kernel';
import { embeddedResolvConf } from '../files/embedded-resolv-conf.ts';
import type { HostFiles } from '../files/host-files.ts';
import { parseResolvConf, type ResolvConf } from '../files/resolv-conf.ts';
import type { EndpointDirectory } from './endpoint-directory.ts';
import type { ResolverSandbox, SandboxResolver } from './sandbox-resolver.ts';

/** What the embedded resolver works with. */
export interface EmbeddedResolverParts {
  readonly directory: EndpointDirectory;
  readonly kernel: Pick<Kernel, 'namespaces' | 'ports' | 'firewall'>;
  readonly hostFiles: HostFiles;
}

/** Queries to other servers under way: Docker's limit for one container, and one for all together. */
const mostOfSandbox = 1024;
const mostOfAll = 8192;

/** A sandbox that is listened for. `view` is replaced when its networks change. */
interface OpenSandbox {
  view: NameServerView;
  conf: ResolvConf;
  server: { close(): void } | undefined;
  readonly forwarder: Forwarder;
  readonly gone: AbortController;
}

/** The name server of user-defined networks, at 127.0.0.11 inside each sandbox. */
export class EmbeddedResolver implements SandboxResolver {
  readonly #parts: EmbeddedResolverParts;
  readonly #index = new NameIndex();
  readonly #open = new Map<string, OpenSandbox>();
  readonly #slots = new QuerySlots(mostOfAll);
  readonly #unsubscribe: () => void;

  constructor(parts: EmbeddedResolverParts) {
    this.#parts = parts;
    for (const endpoint of parts.directory.all()) this.#index.put(endpoint);
    this.#unsubscribe = parts.directory.subscribe(({ kind, endpoint }) => {
      if (kind === 'detached') this.#index.delete(endpoint.endpointId);
      else this.#index.put(endpoint);
    });
  }

  async open(sandbox: ResolverSandbox): Promise<ResolvConf | undefined> {
    const { containerId, namespacePath } = sandbox;
    this.update(sandbox);
    const known = this.#open.get(containerId);
    if (known !== undefined) return known.conf;
    const gone = new AbortController();
    const forwarder = new Forwarder({
      open: upstreamSockets(this.#parts.kernel, namespacePath),
      slots: new QuerySlots(mostOfSandbox, this.#slots),
      signal: gone.signal,
    });
    const opened: OpenSandbox = {
      ...this.#describe(sandbox),
      ...{ server: undefined, forwarder, gone },
    };
    this.#open.set(containerId, opened);
    try {
      opened.server = await openNameServer(
        this.#parts.kernel,
        namespacePath,
        (message, transport) => answerMessage(message, transport, opened.view, forwarder),
      );
    } catch (error) {
      if (this.#open.get(containerId) === opened) this.#open.delete(containerId);
      throw error;
    }
    if (gone.signal.aborted) opened.server.close();
    return opened.conf;
  }

  update(sandbox: ResolverSandbox): void {
    const known = this.#open.get(sandbox.containerId);
    if (known === undefined) return;
    Object.assign(known, this.#describe(sandbox));
    known.forwarder.renew();
  }

  close(containerId: string): void {
    const known = this.#open.get(containerId);
    if (known === undefined) return;
    this.#open.delete(containerId);
    known.gone.abort();
    known.server?.close();
  }

  closeAll(): void {
    for (const containerId of [...this.#open.keys()]) this.close(containerId);
    this.#unsubscribe();
  }

  #describe(sandbox: ResolverSandbox): Pick<OpenSandbox, 'view' | 'conf'> {
    const host = parseResolvConf(this.#parts.hostFiles.resolvConf());
    const { conf, servers, completesWords } = embeddedResolvConf(host, sandbox.dns, sandbox);
    return {
      conf,
      view: {
        index: this.#index,
        networks: sandbox.networks,
        random: Math.random,
        servers: sandbox.forwards ? servers : [],
        completesWords,
      },
    };
  }
}
