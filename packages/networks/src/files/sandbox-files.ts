import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files } from '@berth/kernel';
import type { HostFiles } from './host-files.ts';
import { type HostsEntry, hostsFile, ownNames, withHosts } from './hosts-file.ts';
import {
  type DnsSettings,
  formatResolvConf,
  overrideResolvConf,
  parseResolvConf,
  type ResolvConf,
  reachableResolvConf,
} from './resolv-conf.ts';

export interface SandboxFilesRequest {
  readonly directory: string;
  readonly hostname: string;
  readonly domainname: string;
  /** The container shares the host's network. */
  readonly hostNetwork: boolean;
  /** Extra hosts and links, resolved. */
  readonly extraHosts: readonly HostsEntry[];
  /** The container's own addresses. */
  readonly addresses: readonly string[];
  readonly dns: DnsSettings;
  /** Of a container that asks the embedded resolver: stands instead of what follows from the host's. */
  readonly resolvConf?: ResolvConf;
  readonly ipv6: boolean;
  /** Absent: the daemon's own. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface SandboxFilePaths {
  readonly hostsPath: string;
  readonly resolvConfPath: string;
  readonly hostnamePath: string;
}

export function sandboxFilePaths(directory: string): SandboxFilePaths {
  return {
    hostsPath: join(directory, 'hosts'),
    resolvConfPath: join(directory, 'resolv.conf'),
    hostnamePath: join(directory, 'hostname'),
  };
}

/**
 * Writes the three files for a start. Each is replaced as a whole, so that a reader sees the old or the
 * new one; like Docker's they are made anew at every start. They need no fsync for the same reason.
 */
export async function writeSandboxFiles(
  files: Pick<Files, 'replaceFile'>,
  request: SandboxFilesRequest,
  host: HostFiles,
): Promise<{ readonly resolvConfDigest: string }> {
  const paths = sandboxFilePaths(request.directory);
  const resolvConf = resolvConfContent(request, host);
  const options = { mode: 0o644, owner: request.owner };
  await mkdir(request.directory, { recursive: true, mode: 0o710 });
  await Promise.all([
    files.replaceFile(paths.hostnamePath, `${request.hostname}\n`, options),
    files.replaceFile(paths.hostsPath, hostsContent(request, host), options),
    files.replaceFile(paths.resolvConfPath, resolvConf, options),
  ]);
  return { resolvConfDigest: digestOf(resolvConf) };
}

/**
 * Makes the lines of /etc/hosts that name the container's own addresses those of `added`, and takes those of
 * `removed` away, in a running container: the file is written in place, because it is mounted there. Other
 * lines, edited ones too, stay.
 */
export function editHosts(
  directory: string,
  change: { readonly added: readonly HostsEntry[]; readonly removed: readonly string[] },
): void {
  const { hostsPath } = sandboxFilePaths(directory);
  const content = readFileSync(hostsPath, 'utf8');
  const next = withHosts(content, change);
  if (next !== content) writeFileSync(hostsPath, next);
}

/**
 * Gives a running container another resolv.conf, unless its own was edited. Returns the digest to remember,
 * or undefined when the file was left alone.
 */
export function editResolvConf(
  directory: string,
  conf: ResolvConf,
  knownDigest: string | undefined,
): string | undefined {
  const { resolvConfPath } = sandboxFilePaths(directory);
  if (digestOf(readFileSync(resolvConfPath, 'utf8')) !== knownDigest) return undefined;
  const content = formatResolvConf(conf);
  writeFileSync(resolvConfPath, content);
  return digestOf(content);
}

function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function hostsContent(request: SandboxFilesRequest, host: HostFiles): string {
  if (request.hostNetwork && request.extraHosts.length === 0) return host.hosts();
  const names = ownNames(request.hostname, request.domainname);
  const own = names === '' ? [] : request.addresses.map((address) => ({ address, names }));
  return hostsFile([...request.extraHosts, ...own]);
}

function resolvConfContent(
  { hostNetwork, dns, ipv6, resolvConf }: SandboxFilesRequest,
  host: HostFiles,
): string {
  if (resolvConf !== undefined) return formatResolvConf(resolvConf);
  const untouched = dns.nameservers.length + dns.search.length + dns.options.length === 0;
  if (hostNetwork && untouched) return host.resolvConf();
  const source = hostNetwork ? host.resolvConf() : host.realResolvConf();
  const conf = overrideResolvConf(parseResolvConf(source), dns);
  const reachable = hostNetwork || dns.nameservers.length > 0;
  return formatResolvConf(reachable ? conf : reachableResolvConf(conf, { ipv6 }).conf);
}
