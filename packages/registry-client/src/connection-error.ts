import type { PeerCertificate } from 'node:tls';
import { EngineError, engineError } from '@berth/errors';
import { type HttpRequest, requestName } from './http-exchange.ts';
import { describeTlsFailure, isPlainHttp, isTlsError } from './tls-failure.ts';

interface NodeError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly errors?: readonly NodeError[];
}

/** What is said when something takes longer than its time limit. */
export function timeoutError(
  request: Pick<HttpRequest, 'method' | 'url'>,
  kind: 'connect' | 'head' | 'idle',
  milliseconds: number,
): Error {
  const what = { connect: 'no connection', head: 'no answer', idle: 'no data' }[kind];
  const reason = `${what} within ${milliseconds / 1000} s`;
  return engineError('registry.timeout', { request: requestName(request), reason });
}

/** An error of Node's client as an EngineError that says it as Docker would. `inspect` gives the server's certificate. */
export async function connectionError(
  error: NodeError,
  request: HttpRequest,
  proxy: string | undefined,
  inspect: () => Promise<PeerCertificate | undefined>,
): Promise<Error> {
  if (error instanceof EngineError) return error;
  const cause = error.errors?.[0] ?? error;
  const code = cause.code ?? '';
  const name = requestName(request);
  const { url, trust } = request;
  if (code.startsWith('ERR_PROXY') || (proxy !== undefined && isUnreachable(code))) {
    const reason = proxyReason(cause);
    return engineError(
      'registry.proxy',
      { request: name, proxy: proxyName(proxy), reason },
      { cause },
    );
  }
  if (isPlainHttp(cause)) {
    return engineError('registry.plain-http', { request: name, host: url.host }, { cause });
  }
  if (isTlsError(code)) {
    const reason = describeTlsFailure(cause, url, trust, await inspect());
    return engineError('registry.tls', { request: name, reason }, { cause });
  }
  const reason = reasonOf(cause, url);
  const kind = isUnreachable(code) ? 'registry.unreachable' : 'registry.connection-lost';
  return engineError(kind, { request: name, reason }, { cause });
}

/** The failure of a body that is being read. */
export function bodyError(error: Error, request: Pick<HttpRequest, 'method' | 'url'>): Error {
  if (error instanceof EngineError) return error;
  const reason = reasonOf(error as NodeError, request.url);
  const name = requestName(request);
  return engineError('registry.connection-lost', { request: name, reason }, { cause: error });
}

function isUnreachable(code: string): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EINVAL)$/.test(
    code,
  );
}

/** In Go's words: people search for them. */
function reasonOf(error: NodeError, url: URL): string {
  const host = error.hostname ?? url.hostname;
  const where = `dial tcp ${error.address ?? url.hostname}:${error.port ?? (url.port || '443')}`;
  switch (error.code) {
    case 'ECONNREFUSED':
      return `${where}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `${where}: connect: no route to host`;
    case 'ENETUNREACH':
      return `${where}: connect: network is unreachable`;
    case 'ETIMEDOUT':
      return `${where}: i/o timeout`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${host}: no such host`;
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${host}: Temporary failure in name resolution`;
    case 'EPIPE':
      return 'write: broken pipe';
    case 'ECONNRESET':
      return error.message === 'aborted' ? 'unexpected EOF' : 'read: connection reset by peer';
    default:
      return `${error.message.split('\n')[0]}${error.code === undefined ? '' : ` (${error.code})`}`;
  }
}

function proxyReason(error: NodeError): string {
  return error.code === 'ECONNREFUSED'
    ? 'connection refused'
    : (error.message.split('\n')[0] ?? '');
}

/** Without its password. */
function proxyName(proxy: string | undefined): string {
  return proxy !== undefined && URL.canParse(proxy) ? new URL(proxy).origin : (proxy ?? '');
}
