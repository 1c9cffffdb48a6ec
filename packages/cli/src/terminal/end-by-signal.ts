import { constants } from 'node:os';

const caught = ['SIGINT', 'SIGTERM'] as const;

/**
 * From now on Ctrl-C and SIGTERM end this process with the exit code 128 + n, unless somebody else listens for them. A shell
 * whose command ends so goes on with the next one, as behind Docker's client; one that a signal kills ends the whole line.
 */
export function endBySignals(): void {
  for (const signal of caught) process.on(signal, end);
}

/** Whether anybody but `own` and this module listens for a signal. */
export function isListenedFor(signal: NodeJS.Signals, own: NodeJS.SignalsListener): boolean {
  return process.listeners(signal).some((listener) => listener !== end && listener !== own);
}

function end(signal: NodeJS.Signals): void {
  if (isListenedFor(signal, end)) return;
  process.exit(128 + constants.signals[signal]);
}
