import { type Duplex, Readable, type Writable } from 'node:stream';
import { StreamFrameDecoder, streamTypes } from '@berth/engine-api/stream-frame.ts';
import { engineError } from '@berth/errors';
import { drained } from './http-exchange.ts';

/** Output of a process, as it comes. */
export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

export interface OutputSource {
  /** Readable once. */
  readonly stream: Readable;
  /** Whether output comes in frames that tell stdout from stderr; without, all of it is stdout (a terminal). */
  readonly framed: boolean;
  /** Of the engine, for errors. */
  readonly host: string;
}

type Side = OutputChunk['stream'];

/**
 * Output of a process. Read it in one way: as one sequence of chunks in their order (`for await`), written on
 * (`pipe`), as text, or as the streams `stdout` and `stderr`. A slow reader slows the process. `close`, leaving
 * a `for await` loop and `await using` end the connection, not the process.
 */
export class OutputStreams implements AsyncIterable<OutputChunk>, AsyncDisposable {
  readonly #source: OutputSource;
  #sides: Map<Side, Readable> | undefined;

  constructor(source: OutputSource) {
    this.#source = source;
    // A failure before anybody reads waits for the reader; without a listener it would end the program.
    source.stream.on('error', () => {});
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<OutputChunk> {
    const decoder = new StreamFrameDecoder();
    const { stream, framed, host } = this.#source;
    try {
      for await (const data of stream as AsyncIterable<Buffer>) {
        if (!framed) yield { stream: 'stdout', data };
        else yield* chunksOf(decoder, data);
      }
    } finally {
      this.close();
    }
    if (decoder.atBoundary) return;
    throw engineError('client.connection-lost', { host, reason: 'the output was cut off' });
  }

  /** Standard output. What comes on a stream that was never asked for is dropped. */
  get stdout(): Readable {
    return this.#side('stdout');
  }

  /** Standard error; nothing for a process with a terminal. */
  get stderr(): Readable {
    return this.#side('stderr');
  }

  /** Writes output on, at the pace of the slower stream; resolves at its end. Ends neither stream. */
  async pipe(sinks: { readonly stdout?: Writable; readonly stderr?: Writable }): Promise<void> {
    for await (const { stream, data } of this) {
      const sink = sinks[stream];
      if (sink !== undefined && !sink.write(data)) await drained(sink);
    }
  }

  /** All of it as text. */
  async text(): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const parts: Record<Side, Buffer[]> = { stdout: [], stderr: [] };
    for await (const { stream, data } of this) parts[stream].push(data);
    const textOf = (side: Side) => Buffer.concat(parts[side]).toString('utf8');
    return { stdout: textOf('stdout'), stderr: textOf('stderr') };
  }

  close(): void {
    this.#source.stream.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #side(name: Side): Readable {
    if (this.#sides === undefined) {
      this.#sides = new Map();
      // The other stream may be asked for in the same breath.
      setImmediate(() => this.#deliver());
    }
    let side = this.#sides.get(name);
    if (side === undefined) {
      side = new Readable({ read() {} });
      this.#sides.set(name, side);
    }
    return side;
  }

  async #deliver(): Promise<void> {
    const sides = this.#sides ?? new Map<Side, Readable>();
    try {
      for await (const { stream, data } of this) {
        const side = sides.get(stream);
        if (side !== undefined && !side.destroyed && !side.push(data)) await taken(side);
        if ([...sides.values()].every((other) => other.destroyed)) break;
      }
      for (const side of sides.values()) side.push(null);
    } catch (error) {
      for (const side of sides.values()) side.destroy(error as Error);
    }
  }
}

/** Output of a process that also reads what is written to `stdin`. */
export class AttachedStreams extends OutputStreams {
  /** Its standard input; `stdin.end()` is the end of input, and output still comes. */
  readonly stdin: Writable;

  constructor(socket: Duplex, framed: boolean, host: string) {
    super({ stream: socket, framed, host });
    this.stdin = socket;
  }
}

function* chunksOf(decoder: StreamFrameDecoder, data: Buffer): Generator<OutputChunk> {
  for (const { stream, payload } of decoder.decode(data)) {
    if (stream === streamTypes.systemError) {
      const reason = payload.toString('utf8').trim();
      throw engineError('client.stream-failed', { reason });
    }
    yield { stream: stream === streamTypes.stderr ? 'stderr' : 'stdout', data: payload };
  }
}

/** Resolves when the reader wants more, or has gone. */
function taken(side: Readable): Promise<void> {
  return new Promise((resolve) => {
    side.once('close', resolve);
    side._read = () => {
      side.off('close', resolve);
      side._read = () => {};
      resolve();
    };
  });
}
