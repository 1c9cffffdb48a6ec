import { isListenedFor } from './end-by-signal.ts';

/** Signals that end a process for which nobody listens. */
const deadly = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;

/** Puts the terminal into raw mode until disposed of; a signal that ends this process gives it back before. */
export function rawMode(input: Pick<NodeJS.ReadStream, 'setRawMode'>): Disposable {
  const end = (signal: NodeJS.Signals) => {
    // Who else listens, to pass it on to a container, keeps this process alive.
    if (isListenedFor(signal, end)) return;
    restore();
    process.kill(process.pid, signal);
  };
  const restore = () => {
    for (const signal of deadly) process.off(signal, end);
    input.setRawMode(false);
  };
  input.setRawMode(true);
  for (const signal of deadly) process.on(signal, end);
  return { [Symbol.dispose]: restore };
}
