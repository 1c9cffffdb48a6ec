import type { ListView } from './plain-table.ts';
import { decimalSize } from './sizes.ts';

/** One line of `berth system df`: sizes in bytes. */
export interface DiskUsageRow {
  readonly type: string;
  readonly count: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
  readonly withoutPercent?: boolean;
}

export const diskUsageTable =
  'table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}';

export const diskUsageView: ListView<DiskUsageRow> = {
  typeName: '*formatter.diskUsageImagesContext',
  columns: {
    Type: { header: 'TYPE', value: (row) => row.type },
    TotalCount: { header: 'TOTAL', value: (row) => String(row.count) },
    Active: { header: 'ACTIVE', value: (row) => String(row.active) },
    Size: { header: 'SIZE', value: (row) => decimalSize(row.size) },
    Reclaimable: { header: 'RECLAIMABLE', value: reclaimable },
  },
};

function reclaimable(row: DiskUsageRow): string {
  const size = decimalSize(row.reclaimable);
  if (row.size <= 0 || row.withoutPercent) return size;
  return `${size} (${Math.trunc((row.reclaimable * 100) / row.size)}%)`;
}
