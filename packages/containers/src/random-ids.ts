import { randomBytes } from 'node:crypto';
import type { IdSource } from './container-context.ts';

/** Random identifiers; their short form is never all digits, which some tools take for a number. */
export function createRandomIds(): IdSource {
  return {
    next() {
      for (;;) {
        const id = randomBytes(32).toString('hex');
        if (/[a-f]/.test(id.slice(0, 12))) return id;
      }
    },
  };
}
