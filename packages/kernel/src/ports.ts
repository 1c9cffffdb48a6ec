export type TransportProtocol = 'tcp' | 'udp' | 'sctp';

export interface PortAddress {
  readonly protocol: TransportProtocol;
  /** Numeric; `0.0.0.0` and `::` mean every address of that family alone. */
  readonly address: string;
  readonly port: number;
}

/** An open socket, not served yet. A bound one keeps its port from everybody else. */
export interface HeldPort {
  /**
   * The socket. Whoever serves it (`net.Server.listen({ fd })`, `dgram.Socket.bind({ fd })`) owns
   * it from then on, and does not call `close`.
   */
  readonly descriptor: number;
  /** Idempotent. */
  close(): void;
}

/** Ports of the network namespace that the thread is in: the host's, or that of `withNetworkNamespace`. */
export interface Ports {
  /**
   * Takes the port without serving it: others' bind(2) fails with EADDRINUSE, connections that are not
   * redirected elsewhere are refused. Microseconds; one descriptor each. Fails with KernelError
   * EADDRINUSE, EADDRNOTAVAIL (no such address here), EACCES, or EPROTONOSUPPORT (no sctp sockets).
   * Port 0 is any free one.
   */
  hold(port: PortAddress): HeldPort;
  /**
   * A socket connected to the port (udp: answers of others are not received) or on its way there (tcp).
   * Never waits. The address may name a zone, `fe80::1%eth0`. Fails with KernelError ENETUNREACH,
   * EHOSTUNREACH, EADDRNOTAVAIL or EINVAL (not a numeric address).
   */
  connect(port: PortAddress): HeldPort;
}
