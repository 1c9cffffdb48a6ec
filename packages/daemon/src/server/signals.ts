import process from 'node:process';
import type { Logger } from '../logging/logger.ts';

/** What signals ask of the daemon. */
export interface SignalTarget {
  reload(): Promise<void>;
  stop(): Promise<void>;
  dump(): void;
}

/**
 * SIGTERM and SIGINT end the daemon in order, a second one at once; SIGHUP reloads, SIGUSR1 dumps.
 * Node's own use of SIGUSR1, which is to open a debugger, ends when a handler is installed.
 * A closed terminal or log reader (SIGPIPE) is no reason to end.
 */
export function handleSignals(target: SignalTarget, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      logger.warn('daemon', `Forced to end by a second ${signal}`);
      process.exit(128 + (signal === 'SIGINT' ? 2 : 15));
    }
    stopping = true;
    target.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('daemon', 'Shutdown failed', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => void target.reload());
  process.on('SIGUSR1', () => target.dump());
  process.on('SIGPIPE', () => undefined);
}
