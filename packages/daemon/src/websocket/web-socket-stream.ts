import { Duplex } from 'node:stream';
import { closeCodes, FrameReader, opcodes, WebSocketProtocolError } from './frame-reader.ts';
import { closeFrame, encodeFrame } from './frame-writer.ts';

/** How long a client gets to take the last frames before the connection is cut. */
const partingMilliseconds = 5000;

/**
 * The messages of a WebSocket as a stream of bytes in both directions, with back-pressure. A client that closes
 * has left: there is no half-closing. Ending the stream sends a close frame.
 */
export class WebSocketStream extends Duplex {
  readonly #socket: Duplex;
  readonly #opcode: number;
  readonly #reader = new FrameReader();
  #closing = false;

  /** `text`: messages are sent as text rather than binary. */
  constructor(socket: Duplex, options: { readonly text: boolean }) {
    super();
    this.#socket = socket;
    this.#opcode = options.text ? opcodes.text : opcodes.binary;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('end', () => this.destroy());
    socket.once('error', () => this.destroy());
    socket.once('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const gone = this.#closing || this.#socket.destroyed;
    if (gone || this.#socket.write(encodeFrame(this.#opcode, chunk))) {
      done();
      return;
    }
    // `close` too: a client that has gone takes nothing any more.
    const settled = (): void => {
      this.#socket.off('drain', settled).off('close', settled);
      done();
    };
    this.#socket.once('drain', settled).once('close', settled);
  }

  override _final(done: () => void): void {
    this.#close(closeCodes.normal);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#close(closeCodes.normal);
    done(error);
  }

  #take(chunk: Buffer): void {
    if (this.#closing) return;
    try {
      for (const event of this.#reader.read(chunk)) {
        if (event.type === 'data') {
          if (!this.push(event.bytes)) this.#socket.pause();
        } else if (event.type === 'ping') {
          // A client that reads nothing gets no answers piled up for it.
          if (!this.#socket.writableNeedDrain) {
            this.#socket.write(encodeFrame(opcodes.pong, event.bytes));
          }
        } else {
          this.#close(closeCodes.normal);
          this.destroy();
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof WebSocketProtocolError)) throw error;
      this.#close(closeCodes.protocolError);
      this.destroy();
    }
  }

  #close(code: number): void {
    if (this.#closing) return;
    this.#closing = true;
    const socket = this.#socket;
    if (socket.destroyed) return;
    socket.resume();
    socket.end(closeFrame(code));
    const timer = setTimeout(() => socket.destroy(), partingMilliseconds);
    socket.once('close', () => clearTimeout(timer));
  }
}
