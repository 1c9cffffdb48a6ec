import type { PeerCertificate } from 'node:tls';
import { certificateNames } from './check-host-name.ts';
import type { Trust } from './trust.ts';

const authorityCodes = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** Other verification failures of OpenSSL, in Go's words where it has any. */
const otherReasons: Readonly<Record<string, string>> = {
  CERT_REVOKED: 'certificate has been revoked',
  CERT_SIGNATURE_FAILURE: 'certificate has an invalid signature',
  INVALID_PURPOSE: 'certificate specifies an incompatible key usage',
  CERT_CHAIN_TOO_LONG: 'too many intermediates',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'certificate has malformed names',
};

/** True for errors of TLS rather than of the connection. */
export function isTlsError(code: string): boolean {
  return (
    authorityCodes.has(code) ||
    code in otherReasons ||
    /^(CERT_|ERR_SSL_|ERR_TLS_|ERR_OSSL_)/.test(code) ||
    code === 'EPROTO'
  );
}

/** True when the other side does not speak TLS at all. OpenSSL's words are in the message when Node's code is general. */
export function isPlainHttp({ code = '', message }: Error & { readonly code?: string }): boolean {
  return (
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code) ||
    (code === 'EPROTO' && /wrong version number|packet length too long|http request/.test(message))
  );
}

/** Says what is wrong with a server's certificate, as far as that is known, and which file would help. */
export function describeTlsFailure(
  error: Error & { readonly code?: string },
  url: URL,
  trust: Trust,
  certificate: PeerCertificate | undefined,
): string {
  const code = error.code ?? '';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const alert = alertOf(error);
  if (alert !== undefined) return `${alert}. ${clientAdvice(trust)}`;
  const reason = verificationFailure(code, host, certificate);
  if (reason === undefined) return error.message.split('\n')[0] ?? code;
  return `failed to verify certificate: x509: ${reason}`.replaceAll('{folder}', trust.folder);
}

function verificationFailure(
  code: string,
  host: string,
  certificate: PeerCertificate | undefined,
): string | undefined {
  const names = certificate === undefined ? [] : certificateNames(certificate);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongHost(host, names, certificate);
  if (authorityCodes.has(code)) {
    return `certificate signed by unknown authority${about(names, certificate)}. To trust it, put the authority's certificate into {folder}/ca.crt`;
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return `certificate has expired or is not yet valid: it ended at ${certificate?.valid_to ?? 'an earlier time'}${about(names, certificate)}. Renew the certificate of the registry`;
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return `certificate has expired or is not yet valid: it begins at ${certificate?.valid_from ?? 'a later time'}${about(names, certificate)}. Check the clock of this machine`;
  }
  const other = otherReasons[code];
  return other === undefined ? undefined : `${other}${about(names, certificate)}`;
}

function wrongHost(
  host: string,
  names: readonly string[],
  certificate: PeerCertificate | undefined,
): string {
  if (names.length === 0) {
    const common = certificate?.subject?.CN;
    const legacy =
      common === undefined ? '' : ` (its common name "${text(common)}" does not count)`;
    return `certificate relies on legacy Common Name field, use SANs instead${legacy}. Issue a certificate with subjectAltName ${host}`;
  }
  return `certificate is valid for ${names.slice(0, 20).join(', ')}, not ${host}. Use one of these names, or issue a certificate with subjectAltName ${host}`;
}

function about(names: readonly string[], certificate: PeerCertificate | undefined): string {
  if (certificate === undefined) return '';
  const issuer = text(certificate.issuer?.CN ?? certificate.issuer?.O ?? 'unknown');
  return ` (the certificate is for ${names.slice(0, 20).join(', ') || 'no host name'}, issued by "${issuer}")`;
}

/** What the server said when it did not like us. */
function alertOf(error: Error): string | undefined {
  const match =
    /alert (bad certificate|certificate required|unknown ca|handshake failure|access denied)/i.exec(
      error.message,
    );
  return match === null ? undefined : `remote error: tls: ${match[1]}`;
}

function clientAdvice({ client, folder }: Trust): string {
  return client === undefined
    ? `The registry asks for a client certificate: put it into ${folder}/client.cert and its key into ${folder}/client.key`
    : `The registry does not accept the client certificate in ${folder}`;
}

/** Certificate fields are the server's: no control characters, no novels. */
function text(value: string | readonly string[]): string {
  const all = typeof value === 'string' ? value : value.join(', ');
  return all.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
