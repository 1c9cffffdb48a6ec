import type { EngineClient } from '@berth/engine-client';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * Keeps the size of a container's terminal (`/containers/ID` or `/exec/ID`) equal to the local one until
 * disposed of. The first attempts may come before the process is there and are repeated.
 */
export function followTerminalSize(
  terminal: Terminal,
  engine: EngineClient,
  path: string,
): Disposable {
  const send = async (): Promise<boolean> => {
    const { rows, columns } = terminal.size();
    if (rows === 0 && columns === 0) return true;
    try {
      await engine.json('POST', `${path}/resize`, { query: { h: rows, w: columns } });
      return true;
    } catch {
      return false;
    }
  };
  let stopped = false;
  const first = async () => {
    for (let attempt = 1; attempt <= 10 && !stopped; attempt++) {
      if (await send()) return;
      await new Promise((resolve) => setTimeout(resolve, attempt * 10));
    }
  };
  const onResize = () => void send();
  void first();
  terminal.output.on('resize', onResize);
  return {
    [Symbol.dispose]: () => {
      stopped = true;
      terminal.output.off('resize', onResize);
    },
  };
}
