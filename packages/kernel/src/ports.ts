export type TransportProtocol = 'tcp' | 'udp' | 'sctp';

export interface PortAddress {
  readonly protocol: TransportProtocol;
  /** Numeric; `0.0.0.0` and `::` mean every address of that family alone. */
  readonly address: string;
  readonly port: number;
}

/** A port that nobody else can take until it is closed. */
export interface HeldPort {
  /**
   * The bound socket. Whoever serves it (`net.Server.listen({ fd })`, `dgram.Socket.bind({ fd })`) owns
   * it from then on, and does not call `close`.
   */
  readonly descriptor: number;
  /** Idempotent. */
  close(): void;
}

/** Ports of the host's network namespace. */
export interface Ports {
  /**
   * Takes the port without serving it: others' bind(2) fails with EADDRINUSE, connections that are not
   * redirected elsewhere are refused. Microseconds; one descriptor each. Fails with KernelError
   * EADDRINUSE, EADDRNOTAVAIL (no such address here), EACCES, or EPROTONOSUPPORT (no sctp sockets).
   */
  hold(port: PortAddress): HeldPort;
}
