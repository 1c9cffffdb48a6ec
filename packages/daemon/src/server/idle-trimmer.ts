export interface IdleTrimmerOptions {
  /** CPU time of this process so far, in milliseconds. */
  readonly cpuMilliseconds: () => number;
  /** Gives memory back to the system. */
  readonly trim: () => Promise<void>;
}

/** How often the use of the processor is looked at. */
const everyMilliseconds = 5000;
/** CPU time in that time from which on the daemon was busy, and below which it is idle. */
const busyMilliseconds = 250;
const idleMilliseconds = 50;

/**
 * Gives back, once the daemon is idle, what a busy time has left: garbage that V8 collects only when it needs room, and
 * what the C library keeps of memory that was freed. While there is work this would only be asked for again.
 */
export class IdleTrimmer implements Disposable {
  readonly #options: IdleTrimmerOptions;
  readonly #timer: NodeJS.Timeout;
  #used: number;
  #wasBusy = false;

  constructor(options: IdleTrimmerOptions) {
    this.#options = options;
    this.#used = options.cpuMilliseconds();
    this.#timer = setInterval(() => this.#look(), everyMilliseconds).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { cpuMilliseconds, trim } = this.#options;
    const used = cpuMilliseconds();
    const since = used - this.#used;
    this.#used = used;
    if (since >= busyMilliseconds) this.#wasBusy = true;
    if (!this.#wasBusy || since > idleMilliseconds) return;
    this.#wasBusy = false;
    void trim();
  }
}
