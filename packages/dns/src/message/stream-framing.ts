/** Takes pieces of a stream as they come. */
export type MessageReader = (chunk: Buffer) => void;

/** Calls `onMessage` for every message of a stream of messages with their lengths before them (RFC 1035, 4.2.2). */
export function messageReader(onMessage: (message: Buffer) => void): MessageReader {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 2) {
      const end = 2 + pending.readUInt16BE(0);
      if (pending.length < end) return;
      const message = pending.subarray(2, end);
      pending = pending.subarray(end);
      onMessage(message);
    }
  };
}

export function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
