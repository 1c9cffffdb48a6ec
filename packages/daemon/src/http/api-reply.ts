import type { Duplex, Readable } from 'node:stream';

export type ReplyHeaders = Readonly<Record<string, string>>;

/** Puts one message of a JSON stream on its way. */
export type MessageSink = (message: object) => void;

/**
 * What a handler answers. The writer turns it into bytes:
 * - `json`, `text`, `empty`: a whole answer.
 * - `later`: the head goes out at once, the value when it is known.
 * - `messages`: one JSON value a line, each flushed.
 * - `progress`: lines while work goes on; a failure before the first line is an ordinary error answer,
 *   a later one is a last line with `errorDetail`.
 * - `stream`: bytes.
 * - `websocket`: as `hijack`, in messages of a WebSocket; `text` sends text rather than binary messages.
 * - `hijack`: the connection leaves HTTP and becomes a raw stream in both directions.
 */
export type ApiReply =
  | { kind: 'json'; status: number; value: unknown; headers?: ReplyHeaders }
  | { kind: 'text'; status: number; text: string; headers?: ReplyHeaders }
  | { kind: 'empty'; status: number; headers?: ReplyHeaders }
  | { kind: 'later'; value: Promise<unknown>; failure: (error: unknown) => unknown }
  | {
      kind: 'messages';
      contentType: string;
      /** Before each value; default nothing. */
      prefix?: string;
      messages: AsyncIterable<object>;
    }
  | { kind: 'progress'; run: (sink: MessageSink) => Promise<void> }
  | { kind: 'stream'; contentType: string; stream: Readable; headers?: ReplyHeaders }
  | { kind: 'websocket'; text: boolean; run: (client: Duplex) => Promise<void> }
  | { kind: 'hijack'; contentType: string; run: (client: Duplex) => Promise<void> };

export function json(value: unknown, status = 200): ApiReply {
  return { kind: 'json', status, value };
}

export function empty(status = 204): ApiReply {
  return { kind: 'empty', status };
}
