import type { Agent } from 'node:http';
import { request } from 'node:https';
import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';

const limitMilliseconds = 5_000;

/**
 * The certificate that a server shows, for the explanation of why it was refused. `agent` must not verify; nothing is
 * sent: the request is given up as soon as the connection stands. Undefined when there is none in time.
 */
export function inspectCertificate(url: URL, agent: Agent): Promise<PeerCertificate | undefined> {
  return new Promise((resolve) => {
    // Without end() the head of the request stays here.
    const probe = request(url, { agent });
    const end = (certificate?: PeerCertificate) => {
      clearTimeout(timer);
      probe.destroy();
      resolve(certificate);
    };
    const timer = setTimeout(() => end(), limitMilliseconds);
    probe.once('error', () => end());
    probe.once('socket', (socket: Socket) => {
      if (!(socket instanceof TLSSocket)) return end();
      const look = () => end(socket.getPeerCertificate());
      if (socket.getProtocol() === null || socket.connecting) socket.once('secureConnect', look);
      else look();
    });
  });
}
