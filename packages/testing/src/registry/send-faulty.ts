import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, ProxiedRequest } from './fault-proxy.ts';

/** Hands the registry's answer on with the fault of the record done to it. */
export function sendFaulty(
  answer: IncomingMessage,
  response: ServerResponse,
  record: ProxiedRequest,
): void {
  record.status = answer.statusCode ?? 0;
  const { connection: _, ...headers } = answer.headers;
  const { fault } = record;
  if (fault?.kind === 'length') headers['content-length'] = String(fault.length);
  response.strictContentLength = false;
  response.writeHead(record.status, headers);
  void send(answer, response, record).catch(() => response.destroy());
}

async function send(
  answer: IncomingMessage,
  response: ServerResponse,
  record: ProxiedRequest,
): Promise<void> {
  const { fault } = record;
  for await (const chunk of answer) {
    for (const piece of pieces(chunk as Buffer, fault)) {
      const room = roomBefore(fault, record.sentBytes);
      const bytes = damaged(piece.subarray(0, room), fault, record.sentBytes);
      record.sentBytes += bytes.length;
      await written(response, bytes);
      if (room < piece.length || room === bytes.length) return end(response, fault);
      if (fault?.kind === 'slow') await sleep(fault.pauseMilliseconds);
    }
  }
  // A body that is shorter than announced can only end by closing the connection.
  if (fault?.kind === 'length') response.socket?.end();
  else response.end();
}

/** Bytes that may still be sent before the fault strikes. */
function roomBefore(fault: Fault | undefined, sent: number): number {
  const strikes = fault?.kind === 'cut' || fault?.kind === 'stall';
  return strikes ? Math.max(0, fault.after - sent) : Number.POSITIVE_INFINITY;
}

function end(response: ServerResponse, fault: Fault | undefined): void {
  // A stalled answer stays open until the client gives up.
  if (fault?.kind === 'cut') response.socket?.destroySoon();
}

function pieces(chunk: Buffer, fault: Fault | undefined): Buffer[] {
  if (fault?.kind !== 'chop' && fault?.kind !== 'slow') return [chunk];
  const result: Buffer[] = [];
  for (let start = 0; start < chunk.length; start += fault.size) {
    result.push(chunk.subarray(start, start + fault.size));
  }
  return result;
}

function damaged(bytes: Buffer, fault: Fault | undefined, sent: number): Buffer {
  if (fault?.kind !== 'corrupt') return bytes;
  const index = fault.at - sent;
  if (index < 0 || index >= bytes.length) return bytes;
  const copy = Buffer.from(bytes);
  copy[index] = (copy[index] ?? 0) ^ 0xff;
  return copy;
}

function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
