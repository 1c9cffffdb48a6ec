import type { Duplex, Readable } from 'node:stream';
import type { RequestBody } from './http-exchange.ts';

/**
 * Query parameters: absent, empty-list and undefined ones are left out; lists are repeated, dates are seconds
 * since 1970, other objects are sent as JSON.
 */
export type Query = Readonly<
  Record<
    string,
    string | number | boolean | readonly (string | number | boolean | object)[] | object | undefined
  >
>;

/** What any call takes. */
export interface CallOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; a stream is sent chunked. */
  readonly body?: RequestBody;
  readonly headers?: Readonly<Record<string, string>>;
  /** Closes the connection, which cancels the work in the daemon; the call throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds after which the call fails with client.timeout: until a whole answer is there, or, of one that
   * is a stream, until it begins.
   */
  readonly timeout?: number | undefined;
}

export interface HijackOptions extends CallOptions {
  /** The protocol to upgrade to; default `tcp`. */
  readonly upgrade?: string;
}

export interface PingResult {
  readonly apiVersion: string | undefined;
  readonly osType: string;
}

export interface StreamedResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Readable;
}

/** A connection taken over after the head: both directions are the container's streams. */
export interface HijackedConnection {
  readonly socket: Duplex;
  /** Bytes that came with the head; they belong before everything read from the socket. */
  readonly rest: Buffer;
  /** True when output comes in 8-byte-header frames, false when raw, undefined when the daemon does not say. */
  readonly multiplexed: boolean | undefined;
}

/**
 * Requests to one daemon, by method and path. Every call opens a connection of its own, so calls never wait
 * for each other. Refusals throw ApiError; a daemon that cannot be reached throws an EngineError of area
 * `client`. An aborted signal closes the connection and throws its reason.
 */
export interface EngineTransport {
  readonly host: string;
  /** The version in use; negotiated with one HEAD /_ping when it was not fixed. */
  apiVersion(): Promise<string>;
  ping(signal?: AbortSignal): Promise<PingResult>;
  /** The parsed JSON of the answer, or undefined when the answer has no body. */
  json<T>(method: string, path: string, options?: CallOptions): Promise<T>;
  /** The answer's text exactly as received. */
  text(method: string, path: string, options?: CallOptions): Promise<string>;
  /** Resolves when the head is there; the caller reads the body or destroys it. */
  stream(method: string, path: string, options?: CallOptions): Promise<StreamedResponse>;
  /** The JSON lines of a long answer (events, progress, stats). */
  lines<T>(method: string, path: string, options?: CallOptions): AsyncGenerator<T>;
  /** Takes over the connection (attach, exec start). The socket is paused; the caller resumes and closes it. */
  hijack(method: string, path: string, options?: HijackOptions): Promise<HijackedConnection>;
  /** A bare connection to the daemon, on which the caller speaks HTTP itself. */
  connect(signal?: AbortSignal): Promise<Duplex>;
}
