import type { ContainerBlkioStatEntry } from '@berth/engine-api';
import type { NetworkCounters, SystemTimes } from './measurement.ts';

/** Clock ticks of the interfaces of /proc: USER_HZ is 100 on every architecture that Linux shares with us. */
export const nanosecondsPerTick = 10_000_000;

/** `name value` lines, as in memory.stat and cpu.stat. */
export function parseFlatKeyed(text: string | undefined): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of (text ?? '').split('\n')) {
    const blank = line.indexOf(' ');
    const value = Number(line.slice(blank + 1));
    if (blank > 0 && Number.isFinite(value)) values[line.slice(0, blank)] = value;
  }
  return values;
}

/** A single number; undefined for `max` and for what is no number. */
export function parseCount(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** `major:minor operation value` lines of blkio files of cgroup v1; the totals at the end are left out. */
export function parseLegacyBlockIo(text: string | undefined): ContainerBlkioStatEntry[] {
  return [...(text ?? '').matchAll(/^(\d+):(\d+) (\w+) (\d+)$/gm)].map(
    ([, major, minor, op, value]) => ({
      major: Number(major),
      minor: Number(minor),
      op: op ?? '',
      value: Number(value),
    }),
  );
}

/** `major:minor key=value …` lines of io.stat of cgroup v2. */
export function parseIoStat(
  text: string | undefined,
): { readonly major: number; readonly minor: number; readonly counts: Record<string, number> }[] {
  return [...(text ?? '').matchAll(/^(\d+):(\d+) (.*)$/gm)].map(([, major, minor, rest = '']) => ({
    major: Number(major),
    minor: Number(minor),
    counts: Object.fromEntries(
      rest.split(' ').map((pair) => [pair.split('=')[0] ?? '', Number(pair.split('=')[1] ?? 0)]),
    ),
  }));
}

/** /proc/PID/net/dev (proc_pid_net(5)); the loopback interface is left out. */
export function parseNetworkDevices(text: string | undefined): NetworkCounters {
  const counters: Record<string, NetworkCounters[string]> = {};
  for (const line of (text ?? '').split('\n').slice(2)) {
    const colon = line.lastIndexOf(':');
    const name = line.slice(0, colon).trim();
    const values = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    if (colon < 0 || name === 'lo' || values.length < 12) continue;
    const [rxBytes, rxPackets, rxErrors, rxDropped] = values;
    const [txBytes, txPackets, txErrors, txDropped] = values.slice(8);
    counters[name] = {
      rx_bytes: rxBytes,
      rx_packets: rxPackets,
      rx_errors: rxErrors,
      rx_dropped: rxDropped,
      tx_bytes: txBytes,
      tx_packets: txPackets,
      tx_errors: txErrors,
      tx_dropped: txDropped,
    };
  }
  return counters;
}

/** /proc/stat (proc_stat(5)): user to softirq, as Docker adds them up. */
export function parseSystemTimes(text: string): SystemTimes {
  const ticks = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').slice(0, 7).map(Number) ?? [];
  return {
    total: ticks.reduce((sum, value) => sum + value, 0) * nanosecondsPerTick,
    online: [...text.matchAll(/^cpu\d+ /gm)].length,
  };
}
