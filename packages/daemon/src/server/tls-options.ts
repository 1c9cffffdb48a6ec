import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { engineError } from '@berth/errors';
import type { DaemonConfig } from '../config/option-table.ts';

/** The TLS side of TCP listeners; undefined when TLS is off. `--tlsverify` implies `--tls`. */
export function tlsOptions(config: DaemonConfig): ServerOptions | undefined {
  const { tls, tlsverify: verify, tlscacert, tlscert, tlskey } = config;
  if (!tls && !verify) return undefined;
  return {
    cert: readTlsFile(tlscert),
    key: readTlsFile(tlskey),
    minVersion: 'TLSv1.2',
    ...(verify ? { ca: readTlsFile(tlscacert), requestCert: true, rejectUnauthorized: true } : {}),
  };
}

function readTlsFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw engineError('daemon.tls-file', { path, reason }, { cause });
  }
}
