import type { EngineClient } from '@berth/engine-client';

const forwarded: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGWINCH',
  'SIGIO',
  'SIGPWR',
];

/**
 * Sends the signals that this process gets to a container, in order, until disposed of. Failures are
 * ignored: the container may have ended already.
 */
export function proxySignals(engine: EngineClient, containerId: string): Disposable {
  let queue: Promise<unknown> = Promise.resolve();
  const forward = (signal: NodeJS.Signals) => {
    queue = queue.then(() =>
      engine.containers.kill(containerId, { signal: signal.slice(3) }).catch(() => {}),
    );
  };
  for (const signal of forwarded) process.on(signal, forward);
  return {
    [Symbol.dispose]: () => {
      for (const signal of forwarded) process.off(signal, forward);
    },
  };
}
