import type { ProgressSink } from '../image-service.ts';

const leastStep = 512 << 10;
const stepsPerLayer = 50;

/** `Loading layer` lines, as many as a terminal can use. Without a sink nothing is told. */
export class LayerProgress {
  readonly #sink: ProgressSink | undefined;
  readonly #told = new Map<string, number>();

  constructor(sink: ProgressSink | undefined) {
    this.#sink = sink;
  }

  reached(name: string, current: number, total: number): void {
    if (this.#sink === undefined) return;
    const told = this.#told.get(name) ?? -leastStep;
    const step = Math.max(leastStep, total / stepsPerLayer);
    if (current === told || (current - told < step && current < total)) return;
    this.#told.set(name, current);
    this.#sink({
      status: 'Loading layer',
      id: labelOf(name),
      progressDetail: { current, total },
    });
  }
}

/** Twelve characters of the digest or folder that the member is named after. */
function labelOf(name: string): string {
  const parts = name.split('/').filter((part) => !/^layer\.tar$/.test(part));
  return (parts.at(-1) ?? name).replace(/\.tar$/, '').slice(0, 12);
}
