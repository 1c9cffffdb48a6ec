import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFiles } from './host-files.ts';
import { type HostsEntry, hostsFile, ownNames } from './hosts-file.ts';
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
export function writeSandboxFiles(request: SandboxFilesRequest, host: HostFiles): SandboxFilePaths {
  const paths = sandboxFilePaths(request.directory);
  mkdirSync(request.directory, { recursive: true, mode: 0o710 });
  replaceFile(paths.hostnamePath, `${request.hostname}\n`);
  replaceFile(paths.hostsPath, hostsContent(request, host));
  replaceFile(paths.resolvConfPath, resolvConfContent(request, host));
  return paths;
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

function replaceFile(path: string, content: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, content, { mode: 0o644 });
  renameSync(temporary, path);
}
