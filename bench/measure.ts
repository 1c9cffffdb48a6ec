import type { Engine } from '@berth/testing';

/** One line of the result table. Smaller is better in every unit. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly docker: number;
  readonly berth: number;
  /** Highest ratio berth/docker, or highest value of berth, that the project promises. */
  readonly target?: { readonly ratio?: number; readonly value?: number };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export async function milliseconds(action: () => Promise<unknown>): Promise<number> {
  const started = process.hrtime.bigint();
  await action();
  return Number(process.hrtime.bigint() - started) / 1e6;
}

export interface SideBySide {
  readonly what: string;
  readonly rounds: number;
  readonly target?: Row['target'];
  readonly action: (engine: Engine, round: number) => Promise<unknown>;
  /** Not measured; after each round. */
  readonly cleanup?: (engine: Engine, round: number) => Promise<unknown>;
}

/** Medians of the same action on both engines, taken in turns so that noise hits both alike. */
export async function sideBySide(
  engines: readonly [Engine, Engine],
  bench: SideBySide,
): Promise<Row> {
  const times: Record<string, number[]> = { docker: [], berth: [] };
  for (let round = -1; round < bench.rounds; round++) {
    for (const engine of engines) {
      const time = await milliseconds(() => bench.action(engine, round));
      await bench.cleanup?.(engine, round);
      if (round >= 0) times[engine.name]?.push(time);
    }
  }
  return {
    what: bench.what,
    unit: 'ms',
    docker: median(times['docker'] ?? []),
    berth: median(times['berth'] ?? []),
    ...(bench.target === undefined ? {} : { target: bench.target }),
  };
}

/** The table as text, with the verdict of each promise. */
export function formatRows(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const ratio = row.berth / row.docker;
    return [
      row.what,
      format(row.docker),
      format(row.berth),
      row.unit,
      Number.isFinite(ratio) ? ratio.toFixed(2) : '-',
      verdict(row, ratio),
    ];
  });
  const all = [['what', 'docker', 'berth', 'unit', 'ratio', 'target'], ...lines];
  const widths =
    all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function format(value: number): string {
  return Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 1) : '-';
}

function verdict(row: Row, ratio: number): string {
  const { ratio: wanted, value } = row.target ?? {};
  if (wanted !== undefined) return `≤ ${wanted.toFixed(2)}× ${ratio <= wanted ? 'met' : 'MISSED'}`;
  if (value !== undefined) return `≤ ${value} ${row.unit} ${row.berth <= value ? 'met' : 'MISSED'}`;
  return '';
}
