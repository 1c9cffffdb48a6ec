import { createHash } from 'node:crypto';

export interface ClientCertificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** How the other side of a TLS connection is judged, and who we are to it. */
export interface Trust {
  /** The certificate is not verified. */
  readonly insecure: boolean;
  /** PEM texts trusted besides the system's authorities. */
  readonly authorities: readonly string[];
  readonly client?: ClientCertificate;
  /** Where an administrator would put certificates for this host; for error messages. */
  readonly folder: string;
}

/** Equal for equal trust: connections are shared under it. */
export function trustKey(trust: Trust): string {
  const { insecure, authorities, client } = trust;
  return createHash('sha256')
    .update(JSON.stringify([insecure, authorities, client]))
    .digest('hex');
}
