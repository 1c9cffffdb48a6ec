import type { SystemUsageEntry, SystemUsageReport } from '@berth/engine-api';
import { decimalSize } from './sizes.ts';
import { alignTabs } from './tab-writer.ts';

/** What each kind of entry is, in the order of the table. */
const kinds: Readonly<Record<string, string>> = {
  layer: 'unpacked layers of images',
  blob: 'images as registries have them',
  container: 'what containers wrote, and their settings',
  log: 'logs of containers',
  volume: 'local volumes',
  'build-cache': 'build cache',
  database: 'metadata',
  state: 'folders and indexes of the engine',
  temporary: 'being written or removed, and downloads to be resumed',
  orphan: 'needed by nothing that is recorded',
  unknown: 'not made by this engine',
};

/** Kinds of which every entry is named, since somebody may want to do something about it. */
const suspicious = new Set(['orphan', 'unknown']);

/** The report as a table by kind, what belongs to nothing, and with `verbose` every entry. */
export function usageReportText(
  report: SystemUsageReport,
  { verbose }: { readonly verbose: boolean },
): string {
  const named = new Map(Object.entries(kinds));
  for (const { Kind } of report.Entries) if (!named.has(Kind)) named.set(Kind, '');
  const rows = [...named].flatMap(([kind, what]) => {
    const entries = report.Entries.filter(({ Kind }) => Kind === kind);
    return entries.length === 0 ? [] : [rowOf(kind, what, entries)];
  });
  const total = `TOTAL\t${report.Entries.length}\t${report.Files}\t${decimalSize(report.Bytes)}\t${report.Root}`;
  const table = `KIND\tITEMS\tFILES\tON DISK\tWHAT\n${rows.join('\n')}\n${total}\n`;
  const listed = verbose
    ? report.Entries
    : report.Entries.filter(({ Kind }) => suspicious.has(Kind));
  if (listed.length === 0) return alignTabs(table, { minWidth: 0, padding: 3 });
  const lines = listed.map(
    ({ Kind, Name, Bytes, Path, UsedBy }) =>
      `${Kind}\t${shortened(Name)}\t${decimalSize(Bytes)}\t${UsedBy.join(', ') || '-'}\t${Path || '.'}`,
  );
  const list = `KIND\tNAME\tON DISK\tUSED BY\tPATH\n${lines.join('\n')}\n`;
  return `${alignTabs(table, { minWidth: 0, padding: 3 })}\n${alignTabs(list, { minWidth: 0, padding: 3 })}`;
}

function rowOf(kind: string, what: string, entries: readonly SystemUsageEntry[]): string {
  const bytes = entries.reduce((sum, { Bytes }) => sum + Bytes, 0);
  const files = entries.reduce((sum, { Files }) => sum + Files, 0);
  return `${kind}\t${entries.length}\t${files}\t${decimalSize(bytes)}\t${what}`;
}

function shortened(name: string): string {
  return name.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]{52}$/, '$1$2');
}
