import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { ApiReply, MessageSink } from './api-reply.ts';
import { errorReply } from './error-status.ts';

type HttpReply = Exclude<ApiReply, { kind: 'hijack' | 'websocket' }>;

/** Writes an answer. Rejects only when nothing has been sent yet, so that the caller can send an error. */
export async function writeReply(response: ServerResponse, reply: HttpReply): Promise<void> {
  switch (reply.kind) {
    case 'json':
      return writeJson(response, reply.status, reply.value, reply.headers);
    case 'text':
      setHeaders(response, { 'Content-Type': 'text/plain; charset=utf-8', ...reply.headers });
      response.statusCode = reply.status;
      response.end(reply.text);
      return;
    case 'empty':
      setHeaders(response, reply.headers);
      response.statusCode = reply.status;
      response.end();
      return;
    case 'later':
      return writeLater(response, reply);
    case 'messages':
      return writeMessages(response, reply);
    case 'progress':
      return writeProgress(response, reply.run);
    case 'stream':
      setHeaders(response, { 'Content-Type': reply.contentType, ...reply.headers });
      response.flushHeaders();
      return swallowDisconnect(response, pipeline(reply.stream, response));
  }
}

/** Sends a failure as Docker does; when the head is out already, all that is left is to cut the connection. */
export function writeError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, message } = errorReply(error);
  if (status === 304) {
    response.statusCode = status;
    response.end();
    return;
  }
  writeJson(response, status, { message });
}

function writeJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = `${JSON.stringify(value)}\n`;
  setHeaders(response, { 'Content-Type': 'application/json', ...headers });
  response.statusCode = status;
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

async function writeLater(
  response: ServerResponse,
  { value, failure }: Extract<ApiReply, { kind: 'later' }>,
): Promise<void> {
  response.setHeader('Content-Type', 'application/json');
  response.flushHeaders();
  const settled = await value.catch(failure);
  response.end(`${JSON.stringify(settled)}\n`);
}

async function writeMessages(
  response: ServerResponse,
  { contentType, prefix = '', messages }: Extract<ApiReply, { kind: 'messages' }>,
): Promise<void> {
  response.setHeader('Content-Type', contentType);
  response.flushHeaders();
  const lines = async function* (): AsyncGenerator<string> {
    for await (const message of messages) yield `${prefix}${JSON.stringify(message)}\n`;
  };
  await swallowDisconnect(response, pipeline(lines, response));
}

/** Progress bars that a slow reader would only see late are left out; every other line is kept. */
async function writeProgress(
  response: ServerResponse,
  run: (sink: MessageSink) => Promise<void>,
): Promise<void> {
  response.setHeader('Content-Type', 'application/json');
  const sink: MessageSink = (message) => {
    if (response.writableNeedDrain && isMovingBar(message)) return;
    if (!response.destroyed) response.write(`${JSON.stringify(message)}\r\n`);
  };
  try {
    await run(sink);
  } catch (error) {
    if (!response.headersSent) throw error;
    const { message } = errorReply(error);
    sink({ errorDetail: { message }, error: message });
  }
  response.end();
}

function isMovingBar(message: object): boolean {
  if (!('progressDetail' in message)) return false;
  const { current, total } = message.progressDetail as { current?: number; total?: number };
  return current !== undefined && current !== total;
}

/** A client that goes away while it is being served is no failure of ours. */
async function swallowDisconnect(response: ServerResponse, sending: Promise<void>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    if (response.destroyed) return;
    response.destroy(error instanceof Error ? error : undefined);
    await once(response, 'close').catch(() => undefined);
  }
}

function setHeaders(
  response: ServerResponse,
  headers: Readonly<Record<string, string>> | undefined,
): void {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
}
