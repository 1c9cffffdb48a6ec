import net from 'node:net';
import { type BusMessage, type BusValue, decodeMessages, encodeCall } from './bus-message.ts';

/** An error that the other side has answered with. */
export class BusError extends Error {
  /** `org.freedesktop.DBus.Error.NameHasNoOwner` */
  readonly errorName: string;

  constructor(name: string, text: string) {
    super(`${name}: ${text}`);
    this.name = 'BusError';
    this.errorName = name;
  }
}

/** Who is called, and what. */
export interface BusTarget {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
}

const bus: BusTarget = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};
const callMilliseconds = 10_000;

/**
 * A connection to a message bus (D-Bus specification), for calls with few arguments and for signals. The process is
 * known to the bus by its user (EXTERNAL). Does not keep the process alive.
 */
export class BusConnection implements Disposable {
  readonly #socket: net.Socket;
  readonly #onSignal: (signal: BusMessage) => void;
  readonly #calls = new Map<number, PromiseWithResolvers<BusMessage>>();
  #serial = 0;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: net.Socket, onSignal: (signal: BusMessage) => void) {
    this.#socket = socket;
    this.#onSignal = onSignal;
  }

  /** `onEnd` is called once, when the connection is lost. */
  static async open(
    path: string,
    {
      onSignal,
      onEnd,
    }: { readonly onSignal: (signal: BusMessage) => void; readonly onEnd: () => void },
  ): Promise<BusConnection> {
    const socket = net.connect(path);
    await authenticate(socket);
    const connection = new BusConnection(socket, onSignal);
    socket.unref();
    socket.on('data', (chunk: Buffer) => connection.#read(chunk));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      connection.#fail(new Error('the connection to the message bus was lost'));
      onEnd();
    });
    await connection.call(bus, 'Hello', []);
    return connection;
  }

  /** Arguments of the answer, see `BusMessage.body`. Fails with BusError, or when no answer comes in time. */
  async call(
    target: BusTarget,
    member: string,
    body: readonly BusValue[],
  ): Promise<BusMessage['body']> {
    const serial = ++this.#serial;
    const answer = Promise.withResolvers<BusMessage>();
    this.#calls.set(serial, answer);
    const late = new Error(`${target.destination} does not answer ${member}`);
    const timer = setTimeout(() => answer.reject(late), callMilliseconds).unref();
    this.#socket.write(encodeCall({ ...target, serial, member, body }));
    try {
      const { kind, errorName = '', body: values } = await answer.promise;
      if (kind === 'error') throw new BusError(errorName, String(values[0] ?? ''));
      return values;
    } finally {
      clearTimeout(timer);
      this.#calls.delete(serial);
    }
  }

  /** Has the signals told that match the rule. */
  async watch(rule: string): Promise<void> {
    await this.call(bus, 'AddMatch', [{ type: 's', value: rule }]);
  }

  /** The process behind a name; undefined when nobody has it. */
  async ownerPid(name: string): Promise<number | undefined> {
    try {
      const [pid] = await this.call(bus, 'GetConnectionUnixProcessID', [
        { type: 's', value: name },
      ]);
      return typeof pid === 'number' ? pid : undefined;
    } catch (error) {
      if (error instanceof BusError) return undefined;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      const decoded = decodeMessages(Buffer.concat([this.#rest, chunk]));
      this.#rest = decoded.rest;
      for (const message of decoded.messages) {
        if (message.replyTo !== undefined) this.#calls.get(message.replyTo)?.resolve(message);
        else if (message.kind === 'signal') this.#onSignal(message);
      }
    } catch {
      this.#socket.destroy();
    }
  }

  #fail(error: Error): void {
    for (const { reject } of this.#calls.values()) reject(error);
  }
}

/** SASL with the user's number, in hexadecimal digits of its decimal ones ("Authentication Protocol"). */
async function authenticate(socket: net.Socket): Promise<void> {
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  const answer = await new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the message bus hung up')));
    socket.setTimeout(callMilliseconds, () => socket.destroy());
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n')) return;
      socket.off('data', read);
      socket.pause();
      resolve(text);
    };
    socket.on('data', read);
    socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
  });
  socket.setTimeout(0);
  socket.removeAllListeners();
  if (!answer.startsWith('OK ')) {
    socket.destroy();
    throw new Error(`the message bus refuses this user: ${answer.trim()}`);
  }
  socket.write('BEGIN\r\n');
}
