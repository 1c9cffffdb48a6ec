import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/**
 * Whether a certificate is for `host`. Only subject alternative names count; Node would also take the common
 * name, which Go's programs and browsers have given up.
 */
export function checkHostName(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificateNames(certificate).length === 0) {
    return Object.assign(new Error('the certificate has no subject alternative names'), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  }
  return checkServerIdentity(host, certificate);
}

/** Names and addresses that a certificate is for. */
export function certificateNames({ subjectaltname }: PeerCertificate): string[] {
  return (subjectaltname ?? '')
    .split(', ')
    .map((name) => /^(?:DNS|IP Address):"?([^"]*)"?$/.exec(name)?.[1] ?? '')
    .filter((name) => name !== '');
}
