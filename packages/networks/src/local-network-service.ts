import type {
  EndpointSettings,
  Network,
  NetworkCreateRequest,
  NetworkCreateResponse,
} from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { diagnose } from './doctor/diagnose.ts';
import type { DiagnosisRequest, NetworkDiagnosis } from './doctor/diagnosis.ts';
import { findNetwork, tryFindNetwork } from './find-network.ts';
import { createNetwork } from './lifecycle/network-create.ts';
import { pruneNetworks } from './lifecycle/network-prune.ts';
import { removeNetwork } from './lifecycle/network-remove.ts';
import type { NetworkContext } from './network-context.ts';
import type {
  InspectedNetwork,
  LinkRequest,
  NetworkService,
  NetworkValidation,
  SandboxRemoval,
  SandboxRequest,
  SandboxState,
} from './network-service.ts';
import { forwardingWarnings } from './reconcile/ip-forwarding.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { announceEndpoints } from './resolver/open-resolver.ts';
import { checkConnect } from './sandbox/check-connect.ts';
import { type ConnectRequest, connectEndpoint } from './sandbox/connect-endpoint.ts';
import { createSandbox } from './sandbox/create-sandbox.ts';
import { type DisconnectRequest, disconnectEndpoint } from './sandbox/disconnect-endpoint.ts';
import { updateLinks } from './sandbox/links.ts';
import { attachmentsOf, removeSandbox } from './sandbox/remove-sandbox.ts';
import { validateSandboxRequest } from './validate/sandbox-request.ts';
import { filterNetworks } from './view/network-filter.ts';
import { inspectView, networkView } from './view/network-view.ts';
import { type SandboxElement, sandboxElements } from './view/sandbox-elements.ts';

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
    return filterNetworks(store.visibleNetworks(), filters, isUsed)
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
    const counts = this.#context.addresses.counts(network);
    return inspectView(network, {
      endpoints: store.endpointsOfNetwork(network.id),
      nameOf,
      counts,
    });
  }

  create(request: NetworkCreateRequest): Promise<NetworkCreateResponse> {
    return createNetwork(this.#context, request);
  }

  remove(nameOrId: string): Promise<void> {
    return removeNetwork(this.#context, nameOrId);
  }

  prune(filters: Filters): Promise<string[]> {
    return pruneNetworks(this.#context, filters);
  }

  checkConnect(
    nameOrId: string,
    settings: EndpointSettings,
    container: { readonly networkMode: string; readonly present: readonly string[] },
  ): string {
    return checkConnect(this.#context, nameOrId, settings, container);
  }

  nameOf(nameOrId: string): string {
    const { store } = this.#context;
    return tryFindNetwork(store, nameOrId)?.name ?? nameOrId;
  }

  connect(request: ConnectRequest): Promise<SandboxState> {
    return connectEndpoint(this.#context, request);
  }

  disconnect(request: DisconnectRequest): Promise<SandboxState> {
    return disconnectEndpoint(this.#context, request);
  }

  updateLinks(containerId: string, links: readonly LinkRequest[]): Promise<void> {
    return updateLinks(this.#context, containerId, links);
  }

  driverNames(): readonly string[] {
    return this.#context.drivers.names();
  }

  validate(request: NetworkValidation): void {
    validateSandboxRequest(request);
  }

  createSandbox(request: SandboxRequest): Promise<SandboxState> {
    return createSandbox(this.#context, request);
  }

  removeSandbox(containerId: string, options?: SandboxRemoval): Promise<void> {
    return removeSandbox(this.#context, containerId, options);
  }

  sandbox(containerId: string): SandboxState | undefined {
    return this.#context.states.get(containerId);
  }

  firewallElements(containerId: string): readonly SandboxElement[] {
    return sandboxElements(this.#context, containerId);
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

  diagnose(request: DiagnosisRequest): Promise<NetworkDiagnosis> {
    return diagnose(this.#context, request);
  }

  async close(): Promise<void> {
    this.#context.resolver.closeAll();
    this.#context.guard.stop();
    this.#context.bridgeFilter.stop();
    this.#context.firewalld?.stop();
    this.#context.relays.close();
    await this.#context.ports.close();
  }
}
