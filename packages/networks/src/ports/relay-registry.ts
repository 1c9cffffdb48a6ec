import type { HeldRange } from '@berth/kernel';
import { type PortLease, portLeaseKey } from '../model/port-lease.ts';
import type { PortRegistry } from './port-registry.ts';
import { type PortRelay, type RelayTarget, relayPort } from './port-relay.ts';

/** A lease that is served, and the relays of those of its ports that had a client. */
interface Serving {
  readonly sockets: HeldRange;
  readonly relays: Map<number, PortRelay>;
}

/** The ports that the daemon itself serves, by lease. The relay of a port begins with its first client. */
export class RelayRegistry {
  readonly #ports: PortRegistry;
  readonly #relay: typeof relayPort;
  readonly #serving = new Map<string, Serving>();
  readonly #served = new Set<HeldRange>();

  constructor(ports: PortRegistry, relay: typeof relayPort = relayPort) {
    this.#ports = ports;
    this.#relay = relay;
  }

  /**
   * Serves the lease's ports; `target` is where the first of them leads. Does nothing when its sockets could not be
   * had, or serve another lease already.
   */
  async start(lease: PortLease, target: RelayTarget): Promise<void> {
    const sockets = this.#ports.socketsOf(lease);
    if (sockets === undefined || this.#served.has(sockets)) return;
    this.#served.add(sockets);
    const serving: Serving = { sockets, relays: new Map() };
    this.#serving.set(portLeaseKey(lease), serving);
    await sockets.activate((place, socket) => {
      const { address, port } = target;
      const relay = this.#relay(socket, sockets.range, { address, port: port + place });
      serving.relays.set(place, relay);
    });
  }

  /** Ends connections; the ports stay held. Idempotent. */
  async stop(lease: PortLease): Promise<void> {
    const key = portLeaseKey(lease);
    const serving = this.#serving.get(key);
    if (serving === undefined) return;
    this.#serving.delete(key);
    this.#served.delete(serving.sockets);
    for (const relay of serving.relays.values()) relay.close();
    await serving.sockets.deactivate();
  }

  close(): void {
    for (const { relays } of this.#serving.values())
      for (const relay of relays.values()) relay.close();
    this.#serving.clear();
    this.#served.clear();
  }
}
