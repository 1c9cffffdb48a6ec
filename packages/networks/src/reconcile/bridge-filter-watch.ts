import type { Kernel } from '@berth/kernel';
import { filteredFamilies } from '../drivers/bridge-filtering.ts';

export interface BridgeFilterWatchOptions {
  readonly kernel: Pick<Kernel, 'host'>;
  /** Whether anything depends on it now. */
  readonly isNeeded: () => boolean;
  /** It has been switched. */
  readonly onChange: () => Promise<void>;
  readonly reportError: (error: unknown, what: string) => void;
}

/** The kernel tells nobody that the switches have changed. */
const lookMilliseconds = 1000;

/**
 * Notices when br_netfilter comes, goes or is switched, on which it depends which rules keep neighbours apart. Two
 * small files are read once a second while containers run.
 */
export class BridgeFilterWatch {
  readonly #options: BridgeFilterWatchOptions;
  #known = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BridgeFilterWatchOptions) {
    this.#options = options;
  }

  /** The rules are those for the switches as they are now. Idempotent. */
  start(): void {
    this.#known = this.#look();
    this.#timer ??= setInterval(() => void this.#compare(), lookMilliseconds).unref();
  }

  /** Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #compare(): Promise<void> {
    const { isNeeded, onChange, reportError } = this.#options;
    if (!isNeeded()) return;
    try {
      const now = this.#look();
      if (now === this.#known) return;
      this.#known = now;
      await onChange();
    } catch (error) {
      reportError(error, 'following a change of net.bridge.bridge-nf-call-iptables');
    }
  }

  #look(): string {
    return filteredFamilies(this.#options.kernel).join();
  }
}
