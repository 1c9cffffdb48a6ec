import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveRequest } from '../http/live-requests.ts';

export interface DumpSources {
  readonly requests: readonly LiveRequest[];
  readonly addresses: readonly string[];
  readonly eventSubscribers: number;
}

/** What the daemon is doing right now, for a bug report. Returns the path of the file written. */
export function writeStateDump(directory: string, sources: DumpSources, now = new Date()): string {
  const path = join(directory, `berthd-dump-${now.toISOString().replace(/[:.]/g, '')}.json`);
  const resources = Object.entries(
    Object.groupBy(process.getActiveResourcesInfo(), (name) => name),
  ).map(([name, entries]) => [name, entries?.length ?? 0]);
  const dump = {
    time: now.toISOString(),
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    listening: sources.addresses,
    eventSubscribers: sources.eventSubscribers,
    requests: sources.requests.map(({ method, url, startedAt }) => ({
      method,
      url,
      seconds: (now.getTime() - startedAt.getTime()) / 1000,
    })),
    activeResources: Object.fromEntries(resources),
    memory: process.memoryUsage(),
    resourceUsage: process.resourceUsage(),
  };
  writeFileSync(path, `${JSON.stringify(dump, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}
