import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';

/** Where distributions keep the bundle of trusted authorities, in the order in which Go's programs look. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The system's authorities in PEM: the file that SSL_CERT_FILE names or the first bundle there is, else those that
 * come with Node.
 */
export async function readSystemAuthorities(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const given = environment.SSL_CERT_FILE;
  for (const file of given ? [given] : bundles) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  }
  return rootCertificates.join('\n');
}
