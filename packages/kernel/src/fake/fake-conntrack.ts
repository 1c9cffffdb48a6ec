import type { Conntrack, FlowFilter } from '../conntrack.ts';

/** Remembers which flows were to be forgotten; there are none. */
export class FakeConntrack implements Conntrack {
  readonly forgotten: FlowFilter[] = [];

  async forget(filter: FlowFilter): Promise<number> {
    this.forgotten.push(filter);
    return 0;
  }
}
