import type { Digest } from '@berth/oci';
import type { StoreProblem } from '../image-service.ts';

/** A problem while the check goes on. */
export interface OpenProblem {
  readonly kind: StoreProblem['kind'];
  readonly digest: Digest;
  readonly state: StoreProblem['state'];
  readonly detail: string;
  readonly images: Set<string>;
  repaired: boolean;
  /** Why it was not repaired, by the last attempt. */
  reason: string | undefined;
}

/** What a check has found, each thing once, with all images that it concerns. */
export class ProblemList {
  readonly #problems = new Map<string, OpenProblem>();

  add(problem: Pick<OpenProblem, 'kind' | 'digest' | 'state' | 'detail'>): OpenProblem {
    const key = `${problem.kind} ${problem.digest}`;
    const open = this.#problems.get(key) ?? {
      ...problem,
      images: new Set<string>(),
      repaired: false,
      reason: undefined,
    };
    this.#problems.set(key, open);
    return open;
  }

  toArray(): StoreProblem[] {
    return [...this.#problems.values()].map(({ images, reason, ...problem }) => ({
      ...problem,
      images: [...images].sort(),
      ...(reason === undefined || problem.repaired ? {} : { reason }),
    }));
  }
}
