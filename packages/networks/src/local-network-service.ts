import type { Network } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { findNetwork } from './find-network.ts';
import type { NetworkContext } from './network-context.ts';
import type {
  InspectedNetwork,
  NetworkService,
  NetworkValidation,
  SandboxRequest,
  SandboxState,
} from './network-service.ts';
import { forwardingWarnings } from './reconcile/ip-forwarding.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { announceEndpoints } from './resolver/open-resolver.ts';
import { createSandbox } from './sandbox/create-sandbox.ts';
import { attachmentsOf, removeSandbox } from './sandbox/remove-sandbox.ts';
import { validateSandboxRequest } from './validate/sandbox-request.ts';
import { filterNetworks } from './view/network-filter.ts';
import { inspectView, networkView } from './view/network-view.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

/** The networks of one host. */
export class LocalNetworkService implements NetworkService {
  readonly #context: NetworkContext;

  constructor(context: NetworkContext) {
    this.#context = context;
  }

  reconcile(running: ReadonlySet<string>): Promise<void> {
    return reconcile(this.#context, running);
  }

  async list(filters: Filters): Promise<Network[]> {
    const { store } = this.#context;
    const isUsed = (id: string) => store.endpoints.find('network', id).length > 0;
    return filterNetworks(store.networks.all(), filters, isUsed)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(networkView);
  }

  async inspect(
    nameOrId: string,
    options: { readonly verbose?: boolean; readonly scope?: string } = {},
  ): Promise<InspectedNetwork> {
    const { store } = this.#context;
    const network = findNetwork(store, nameOrId);
    if (options.scope && options.scope !== network.scope) {
      throw engineError('networks.not-found', { network: nameOrId });
    }
    const nameOf = (id: string) => store.sandboxes.get(id)?.containerName ?? '';
    return inspectView(network, store.endpoints.find('network', network.id), nameOf);
  }

  validate(request: NetworkValidation): void {
    validateSandboxRequest(request);
  }

  createSandbox(request: SandboxRequest): Promise<SandboxState> {
    return createSandbox(this.#context, request);
  }

  removeSandbox(containerId: string): Promise<void> {
    return removeSandbox(this.#context, containerId);
  }

  sandbox(containerId: string): SandboxState | undefined {
    return this.#context.states.get(containerId);
  }

  async rename(containerId: string, name: string): Promise<void> {
    const { store } = this.#context;
    const known = store.sandboxes.get(containerId);
    if (known === undefined) return;
    const record = { ...known, containerName: name };
    store.sandboxes.put(record);
    announceEndpoints(this.#context, record, attachmentsOf(this.#context, containerId));
  }

  warnings(): readonly string[] {
    return [...forwardingWarnings(this.#context), ...this.#context.hostWarnings];
  }

  async close(): Promise<void> {
    this.#context.resolver.closeAll();
    this.#context.relays.close();
    this.#context.ports.close();
  }
}
