import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Timeouts } from './timeouts.ts';
import type { Trust } from './trust.ts';

/** Requests of one lane and host wait for each other when there are too many. */
export type Lane = 'control' | 'download' | 'upload';

/** A body that is sent as it comes, exactly `length` bytes. */
export interface StreamedBody {
  readonly stream: Readable;
  readonly length: number;
  readonly onSent?: (bytes: number) => void;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | StreamedBody;
  readonly trust: Trust;
  readonly lane?: Lane;
  readonly signal?: AbortSignal | undefined;
  /** Instead of the usual ones. */
  readonly timeouts?: Partial<Timeouts>;
}

/** The head of an answer; its body has to be read to the end or destroyed. */
export interface HttpAnswer {
  readonly method: HttpRequest['method'];
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  /** The URL that answered, after redirects. */
  readonly url: URL;
}

/** `Get "https://host/v2/"`: a request as Go names it in errors. Without query: it may hold secrets. */
export function requestName({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  const name = method[0] + method.slice(1).toLowerCase();
  return `${name} "${url.origin}${url.pathname}"`;
}
