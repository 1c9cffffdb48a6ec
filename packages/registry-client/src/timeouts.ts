/** After these times without progress a request is given up; milliseconds. Nothing waits longer. */
export interface Timeouts {
  /** Name lookup, TCP, proxy and TLS handshake together. */
  readonly connect: number;
  /** From the last byte of the request to the head of the answer. */
  readonly head: number;
  /** Between two pieces of a body, in either direction. */
  readonly idle: number;
  /** For the answer to the request that completes an upload: registries hash and move the blob first. */
  readonly commit: number;
}

/** The timeouts for `registry-timeout` seconds without progress. */
export function timeoutsFor(seconds: number): Timeouts {
  const idle = seconds * 1000;
  return { connect: Math.min(idle, 30_000), head: idle, idle, commit: idle * 10 };
}
