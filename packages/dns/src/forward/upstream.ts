/** A name server outside. */
export interface UpstreamServer {
  /** Numeric; may name a zone, `fe80::1%eth0`. */
  readonly address: string;
  /** Default 53. */
  readonly port?: number;
  /**
   * Asked from the host's network namespace, because the container cannot reach it: the host's own
   * loopback, IPv6 without IPv6 in the container. Shown as `host(127.0.0.53)`.
   */
  readonly fromHost: boolean;
}

export function showUpstream({ address, fromHost }: UpstreamServer): string {
  return fromHost ? `host(${address})` : address;
}
