import type { LogRecord } from '../log-record.ts';

/** Carries the entries of one container's log to where its driver wants them. */
export interface LogSender {
  /**
   * Hands the records over, in order; resolves when the connection has taken them, as far as its protocol tells.
   * Rejects when it has not: the caller opens a new sender and sends them again, but for the first `count` of them that
   * `progress` was told of last.
   */
  send(records: readonly LogRecord[], progress?: (count: number) => void): Promise<void>;
  /** A `send` that waits for a receiver which takes nothing is rejected. Idempotent. */
  close(): void;
}

/** What a sender tells of its container. */
export interface LogSource {
  readonly containerId: string;
  readonly containerName: string;
  readonly imageId: string;
  readonly imageName: string;
  readonly command: string;
  /** RFC 3339. */
  readonly created: string;
  /** The rendered `tag`. */
  readonly tag: string;
  /** Labels and variables that the options choose. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly hostname: string;
}

/** What senders need of the system beyond Node's sockets. */
export interface SenderSystem {
  /** Sends one datagram to a unix socket; throws when nobody takes it. */
  readonly sendDatagram: (path: string, message: string | Uint8Array) => void;
}
