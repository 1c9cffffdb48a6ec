import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

/** What a plug-in is told of a request (Docker's authorization.Request); bodies are in base64. */
export interface RequestFacts {
  readonly User?: string;
  readonly UserAuthNMethod?: string;
  readonly RequestMethod: string;
  readonly RequestUri: string;
  readonly RequestBody?: string;
  readonly RequestHeaders: Readonly<Record<string, string>>;
  /** In base64 once more, as Docker sends PEM. */
  readonly RequestPeerCertificates?: readonly string[];
}

/** Credentials of registries are no plug-in's business. */
const secretHeaders = new Set(['x-registry-auth', 'x-registry-config']);

export function requestFacts(
  request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders' | 'socket'>,
): RequestFacts {
  const { method = 'GET', url = '/', rawHeaders, socket } = request;
  return {
    ...peerOf(socket),
    RequestMethod: method,
    RequestUri: url,
    RequestHeaders: headersOf(rawHeaders),
  };
}

/** Names as Go spells them; of several values the last counts. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    if (!secretHeaders.has(name)) headers[canonicalName(name)] = raw[index + 1] ?? '';
  }
  return headers;
}

function canonicalName(name: string): string {
  return name.replaceAll(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Who a client certificate names; nobody without one that was verified. */
function peerOf(socket: unknown): Partial<RequestFacts> {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return {};
  const { subject, raw } = socket.getPeerCertificate();
  if (raw === undefined) return {};
  const lines = raw.toString('base64').match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  const name = subject?.CN;
  return {
    User: Array.isArray(name) ? (name[0] ?? '') : (name ?? ''),
    UserAuthNMethod: 'TLS',
    RequestPeerCertificates: [Buffer.from(pem).toString('base64')],
  };
}
