import { setTimeout as sleep } from 'node:timers/promises';
import { patience } from './patience.ts';

/** Waits until `check` neither throws nor gives false; fails with its last error after the time limit. */
export async function eventually(
  check: () => unknown | Promise<unknown>,
  timeoutMilliseconds = 60_000,
): Promise<void> {
  const deadline = Date.now() + patience(timeoutMilliseconds);
  for (;;) {
    try {
      if ((await check()) !== false) return;
      if (Date.now() > deadline) throw new Error('the condition did not come true in time');
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(20);
  }
}
