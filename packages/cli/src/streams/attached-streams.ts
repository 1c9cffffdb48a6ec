import type { Duplex } from 'node:stream';
import {
  StreamFrameDecoder,
  type StreamType,
  streamTypes,
} from '@berth/engine-api/stream-frame.ts';
import type { HijackedConnection } from '@berth/engine-client';
import { DetachKeyScanner, defaultDetachKeys, parseDetachKeys } from '../terminal/detach-keys.ts';
import { rawMode } from '../terminal/raw-mode.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** The container has a terminal: output is raw, and the local terminal is put into raw mode. */
  readonly tty: boolean;
  /** A key sequence, or empty for ctrl-p,ctrl-q. */
  readonly detachKeys: string;
}

/** Why streaming ended: the daemon closed it, the user detached, or input ended with no output attached. */
export type StreamEnd = 'closed' | 'detached' | 'input-ended';

/**
 * Connects the terminal with a container's streams until one of the ends of StreamEnd. A slow terminal
 * slows the container; end of input is passed on as a half-close. The local terminal is restored before
 * the promise settles. Throws when the connection breaks or the daemon sends an error on the stream.
 */
export async function attachStreams(
  terminal: Terminal,
  connection: HijackedConnection,
  options: AttachOptions,
  signal?: AbortSignal,
): Promise<StreamEnd> {
  const { socket } = connection;
  const raw = options.tty && options.stdin && terminal.inputIsTerminal;
  using _mode = raw ? rawMode(terminal.input) : undefined;
  const abort = () => socket.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const output = copyOutput(terminal, connection, options);
    const input = copyInput(terminal, socket, options);
    output.catch(() => {});
    return await Promise.race([output, input]);
  } finally {
    signal?.removeEventListener('abort', abort);
    releaseInput(terminal, options);
    socket.destroy();
  }
}

function releaseInput(terminal: Terminal, options: AttachOptions): void {
  if (!options.stdin) return;
  terminal.input.pause();
  terminal.input.removeAllListeners('data');
}

function copyOutput(
  terminal: Terminal,
  connection: HijackedConnection,
  options: AttachOptions,
): Promise<StreamEnd> {
  const { socket, rest } = connection;
  if (!options.stdout && !options.stderr) {
    socket.resume();
    return new Promise(() => {});
  }
  const sink = options.tty ? rawSink(terminal) : frameSink(terminal, options);
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      try {
        const waiting = sink(chunk);
        if (waiting !== undefined) {
          socket.pause();
          waiting.once('drain', () => socket.resume());
        }
      } catch (error) {
        reject(error);
      }
    };
    socket.on('data', take);
    socket.once('end', () => resolve('closed'));
    socket.once('close', () => resolve('closed'));
    socket.once('error', reject);
    if (rest.length > 0) take(rest);
    socket.resume();
  });
}

/** Writes one chunk; answers the stream to wait for when it is full. */
type Sink = (chunk: Buffer) => NodeJS.WriteStream | undefined;

function rawSink(terminal: Terminal): Sink {
  return (chunk) => (terminal.output.write(chunk) ? undefined : terminal.output);
}

function frameSink(terminal: Terminal, options: AttachOptions): Sink {
  const decoder = new StreamFrameDecoder();
  const target = (stream: StreamType): NodeJS.WriteStream | undefined => {
    if (stream === streamTypes.stderr) return options.stderr ? terminal.error : undefined;
    return options.stdout ? terminal.output : undefined;
  };
  return (chunk) => {
    let full: NodeJS.WriteStream | undefined;
    for (const { stream, payload } of decoder.decode(chunk)) {
      if (stream === streamTypes.systemError) {
        throw new Error(`error from daemon in stream: ${payload.toString('utf8').trim()}`);
      }
      const out = target(stream);
      if (out !== undefined && !out.write(payload)) full = out;
    }
    return full;
  };
}

function copyInput(terminal: Terminal, socket: Duplex, options: AttachOptions): Promise<StreamEnd> {
  const noOutput = !options.stdout && !options.stderr;
  if (!options.stdin) {
    socket.end();
    return noOutput ? Promise.resolve('input-ended') : new Promise(() => {});
  }
  const scanner = options.tty ? new DetachKeyScanner(detachKeys(options.detachKeys)) : undefined;
  return new Promise((resolve) => {
    const { input } = terminal;
    input.on('data', (chunk: Buffer) => {
      const scanned = scanner?.scan(chunk);
      const bytes = scanned?.bytes ?? chunk;
      if (bytes.length > 0 && socket.writable && !socket.write(bytes)) {
        input.pause();
        socket.once('drain', () => input.resume());
      }
      if (scanned?.detached) resolve('detached');
    });
    input.once('end', () => {
      socket.end();
      if (noOutput) resolve('input-ended');
    });
    input.resume();
  });
}

/** An unreadable sequence is reported by the daemon; here the usual keys are used then. */
function detachKeys(text: string): readonly number[] {
  if (text === '') return defaultDetachKeys;
  try {
    return parseDetachKeys(text);
  } catch {
    return defaultDetachKeys;
  }
}
