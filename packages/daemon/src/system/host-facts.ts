import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What the operating system calls itself (os-release(5)). */
export interface OsRelease {
  readonly prettyName: string;
  readonly versionId: string;
}

export function readOsRelease(path = '/etc/os-release'): OsRelease {
  const fields = existsSync(path) ? parseOsRelease(readFileSync(path, 'utf8')) : new Map();
  return {
    prettyName: fields.get('PRETTY_NAME') ?? 'Linux',
    versionId: fields.get('VERSION_ID') ?? '',
  };
}

export function hostName(): string {
  return hostname();
}

/** True when the kernel has cgroup namespaces. */
export function hasCgroupNamespaces(): boolean {
  return existsSync('/proc/self/ns/cgroup');
}

export function parseOsRelease(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const parts = /^(\w+)=(?:"(.*)"|'(.*)'|(.*))$/.exec(line.trim());
    if (parts !== null) fields.set(parts[1] ?? '', parts[2] ?? parts[3] ?? parts[4] ?? '');
  }
  return fields;
}
