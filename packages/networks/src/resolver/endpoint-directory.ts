import type { NamedEndpoint } from './endpoint-names.ts';

/** `changed`: the container was renamed; `endpoint` is as it is now, `previous` as it was. */
export type EndpointChange =
  | { readonly kind: 'attached' | 'detached'; readonly endpoint: NamedEndpoint }
  | {
      readonly kind: 'changed';
      readonly endpoint: NamedEndpoint;
      readonly previous: NamedEndpoint;
    };

export type EndpointListener = (change: EndpointChange) => void;

/**
 * The endpoints of all running containers in networks that have names, in memory. Listeners are called
 * synchronously, after the directory itself has changed, in the order of the changes: an endpoint is
 * `attached` once it can be reached and before its container starts (or the connect is answered), and
 * `detached` before its address can be given to another. After a restart of the daemon, reconcile attaches
 * every endpoint again.
 */
export class EndpointDirectory {
  readonly #endpoints = new Map<string, NamedEndpoint>();
  readonly #listeners = new Set<EndpointListener>();

  /** All of them now, in the order in which they were attached. */
  all(): readonly NamedEndpoint[] {
    return [...this.#endpoints.values()];
  }

  /** Those of one network. */
  inNetwork(networkId: string): readonly NamedEndpoint[] {
    return this.all().filter((endpoint) => endpoint.networkId === networkId);
  }

  /** Calls `listener` for every change from now on, until the returned function is called. */
  subscribe(listener: EndpointListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds the endpoint, or replaces what is known of it. Nothing happens when it is the same already. */
  put(endpoint: NamedEndpoint): void {
    const previous = this.#endpoints.get(endpoint.endpointId);
    if (JSON.stringify(previous) === JSON.stringify(endpoint)) return;
    this.#endpoints.set(endpoint.endpointId, endpoint);
    this.#notify(
      previous === undefined
        ? { kind: 'attached', endpoint }
        : { kind: 'changed', endpoint, previous },
    );
  }

  /** Idempotent. */
  delete(endpointId: string): void {
    const endpoint = this.#endpoints.get(endpointId);
    if (endpoint === undefined) return;
    this.#endpoints.delete(endpointId);
    this.#notify({ kind: 'detached', endpoint });
  }

  #notify(change: EndpointChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
