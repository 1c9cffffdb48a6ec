import { type PortLease, portLeaseKey } from '../model/port-lease.ts';
import type { PortRegistry } from './port-registry.ts';
import { type PortRelay, type RelayTarget, relayPort } from './port-relay.ts';

/** The relays that run now, by lease. */
export class RelayRegistry {
  readonly #ports: PortRegistry;
  readonly #relay: typeof relayPort;
  readonly #running = new Map<string, PortRelay>();

  constructor(ports: PortRegistry, relay: typeof relayPort = relayPort) {
    this.#ports = ports;
    this.#relay = relay;
  }

  /** Serves the lease's port. Does nothing when its socket could not be had. */
  start(lease: PortLease, target: RelayTarget): void {
    const held = this.#ports.takeSocket(lease);
    if (held !== undefined)
      this.#running.set(portLeaseKey(lease), this.#relay(held, lease, target));
  }

  /** Idempotent. */
  stop(lease: PortLease): void {
    const key = portLeaseKey(lease);
    this.#running.get(key)?.close();
    this.#running.delete(key);
  }

  close(): void {
    for (const relay of this.#running.values()) relay.close();
    this.#running.clear();
  }
}
