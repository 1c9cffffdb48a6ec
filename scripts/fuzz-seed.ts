import fc from 'fast-check';

/**
 * Loaded before the unit tests: generated inputs are the same in every run, so that a change is judged by what it
 * changes. `BERTH_FUZZ_SEED=random` looks for new inputs, a number repeats a run.
 */
const wanted = process.env['BERTH_FUZZ_SEED'] ?? '1';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
