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

/** Ports that follow each other on one address. */
export interface PortRange extends PortAddress {
  /** How many, from `port` on; at least 1. */
  readonly count: number;
  /** With the address `::`: the same sockets hold the ports in IPv4 too. */
  readonly dual?: boolean;
}

/** Bound sockets of a range, all of one owner. */
export interface HeldRange {
  readonly range: PortRange;
  /**
   * Has clients of the ports waited for. `serve` is called when the first one of a port has come, with its place in
   * the range and a socket that whoever serves it owns. It may come before the promise resolves. tcp and udp only.
   */
  activate(serve: (place: number, socket: HeldPort) => void): Promise<void>;
  /** No clients from now on, the ports stay held. Those who serve some have closed their sockets. Idempotent. */
  deactivate(): Promise<void>;
  /** Gives the ports back. Those who serve some have closed their sockets. Idempotent. */
  close(): Promise<void>;
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
   * As `hold`, for many: a few at once, more of them off the main thread. All or none; the KernelError's `path`
   * is then the `ADDRESS:PORT` that could not be had, an IPv6 address in brackets.
   */
  holdRange(range: PortRange): Promise<HeldRange>;
  /**
   * A socket connected to the port (udp: answers of others are not received) or on its way there (tcp).
   * Never waits. The address may name a zone, `fe80::1%eth0`. Fails with KernelError ENETUNREACH,
   * EHOSTUNREACH, EADDRNOTAVAIL or EINVAL (not a numeric address).
   */
  connect(port: PortAddress): HeldPort;
}
