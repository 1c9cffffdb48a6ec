import { Duplex } from 'node:stream';
import { StreamFrameDecoder } from '@berth/engine-api';

/** A client that takes output as it is, for a session that writes 8-byte stream frames. */
export function unframed(client: Duplex): Duplex {
  const decoder = new StreamFrameDecoder();
  const session: Duplex = new Duplex({
    read: () => client.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      const payloads = [...decoder.decode(chunk)].map(({ payload }) => payload);
      if (payloads.length === 0) done();
      else client.write(Buffer.concat(payloads), () => done());
    },
    final: (done) => {
      client.end();
      done();
    },
    destroy: (error, done) => {
      client.destroy();
      done(error);
    },
  });
  client.on('data', (chunk: Buffer) => {
    if (!session.push(chunk)) client.pause();
  });
  client.once('end', () => session.push(null));
  client.once('close', () => session.destroy());
  return session;
}
