import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { engineError, errnoOf } from '@berth/errors';
import type { ClientCertificate } from './trust.ts';

/** What a folder `certs.d/HOST[:PORT]` holds (docs.docker.com, "Verify repository client with certificates"). */
export interface CertificateFolder {
  readonly path: string;
  /** PEM texts of all `*.crt` files. */
  readonly authorities: readonly string[];
  readonly client?: ClientCertificate;
  /** Text of `hosts.toml`. */
  readonly hosts?: string;
}

/**
 * Reads the folder of a host: the first of `roots` that has one named `host:port`, or `host_port_` as containerd
 * also accepts. Undefined when there is none. Fails with registry.certificates when a key or certificate is alone.
 */
export async function readCertificateFolder(
  roots: readonly string[],
  host: string,
): Promise<CertificateFolder | undefined> {
  for (const root of roots) {
    for (const name of folderNames(host)) {
      const folder = path.join(root, name);
      const names = await entries(folder);
      if (names !== undefined) return readFolder(folder, names);
    }
  }
  return undefined;
}

function folderNames(host: string): string[] {
  const match = /^(.*):(\d+)$/.exec(host);
  return match === null ? [host] : [host, `${match[1]}_${match[2]}_`];
}

async function entries(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw unreadable(folder, error);
  }
}

async function readFolder(folder: string, names: readonly string[]): Promise<CertificateFolder> {
  const authorities: string[] = [];
  let client: ClientCertificate | undefined;
  for (const name of names) {
    if (name.endsWith('.crt')) authorities.push(await readText(path.join(folder, name)));
    if (name.endsWith('.key')) counterpart(folder, names, name, '.key', '.cert');
    if (name.endsWith('.cert')) {
      const key = counterpart(folder, names, name, '.cert', '.key');
      client ??= {
        cert: await readText(path.join(folder, name)),
        key: await readText(path.join(folder, key)),
      };
    }
  }
  return {
    path: folder,
    authorities,
    ...(client === undefined ? {} : { client }),
    ...(names.includes('hosts.toml')
      ? { hosts: await readText(path.join(folder, 'hosts.toml')) }
      : {}),
  };
}

/** Reads a file of certificates or settings. Fails with registry.certificates. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function counterpart(
  folder: string,
  names: readonly string[],
  name: string,
  end: string,
  otherEnd: string,
): string {
  const other = name.slice(0, -end.length) + otherEnd;
  if (names.includes(other)) return other;
  const reason =
    otherEnd === '.key'
      ? `missing key ${other} for client certificate ${name}. CA certificates must use the extension .crt`
      : `missing client certificate ${other} for key ${name}`;
  throw engineError('registry.certificates', { path: folder, reason });
}

function unreadable(file: string, cause: unknown): Error {
  const reason = `cannot be read (${errnoOf(cause) ?? 'error'})`;
  return engineError('registry.certificates', { path: file, reason }, { cause });
}
