const factor = Number(process.env['BERTH_TEST_PATIENCE'] ?? 1);

/** A time limit in milliseconds, longer by `BERTH_TEST_PATIENCE` times on a machine that is slow or emulated. */
export function patience(milliseconds: number): number {
  return milliseconds * factor;
}
