import type { Duplex } from 'node:stream';
import { EscapeProxy } from './escape-proxy.ts';

export interface PipeOptions {
  /** What the client sends goes to the process. */
  readonly stdin: boolean;
  /** Detach sequence to look for in what the client types; undefined: none. */
  readonly detachKeys?: readonly number[];
  /** What the client may rely on when it sees the end of the output. */
  readonly beforeEnd?: () => Promise<void>;
}

export type PipeEnd = 'process-ended' | 'client-left' | 'detached';

/**
 * Joins a client's connection and a stream of the shim until one of them ends, with back-pressure both
 * ways. The end of the client's input half-closes the process's stdin; the end of the process's output
 * ends the client's connection after the last byte. Both are closed when this resolves.
 */
export async function pipeSession(
  client: Duplex,
  stream: Duplex,
  options: PipeOptions,
): Promise<PipeEnd> {
  const { promise: end, resolve } = Promise.withResolvers<PipeEnd>();
  stream.pipe(client, { end: false });
  stream.once('end', () => resolve('process-ended'));
  stream.once('error', () => resolve('process-ended'));
  stream.once('close', () => resolve('process-ended'));
  client.once('error', () => resolve('client-left'));
  client.once('close', () => resolve('client-left'));
  if (options.stdin) forwardInput(client, stream, options.detachKeys, () => resolve('detached'));
  else client.resume();
  const how = await end;
  if (how === 'process-ended') await options.beforeEnd?.();
  await closeBoth(client, stream, how);
  return how;
}

function forwardInput(
  client: Duplex,
  stream: Duplex,
  detachKeys: readonly number[] | undefined,
  detach: () => void,
): void {
  const proxy = detachKeys === undefined ? undefined : new EscapeProxy(detachKeys);
  if (proxy === undefined) {
    client.pipe(stream);
    return;
  }
  const resume = () => client.resume();
  stream.on('drain', resume);
  client.on('data', (chunk: Buffer) => {
    const { forward, detached } = proxy.write(chunk);
    if (forward.length > 0 && !stream.write(forward)) client.pause();
    if (detached) {
      client.removeAllListeners('data');
      detach();
    }
  });
  client.once('end', () => {
    const held = proxy.flush();
    if (stream.writable) stream.end(held);
  });
}

async function closeBoth(client: Duplex, stream: Duplex, how: PipeEnd): Promise<void> {
  if (how !== 'process-ended') {
    stream.unpipe(client);
    stream.destroy();
  }
  client.unpipe(stream);
  if (how === 'client-left' || client.destroyed) {
    client.destroy();
    return;
  }
  await new Promise<void>((resolve) => {
    client.once('close', resolve);
    client.once('error', () => resolve());
    client.end(resolve);
  });
  stream.destroy();
  // The client may still be sending what nobody reads any more.
  client.resume();
}
