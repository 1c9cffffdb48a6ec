import type { CliContext } from '../cli-context.ts';
import { movesCursor } from '../terminal/abilities.ts';
import { LiveScreen } from '../terminal/live-screen.ts';
import { CommandError } from '../usage-error.ts';

/** The ages in a list grow: it is drawn again after this time whatever happens, in milliseconds. */
const refreshInterval = 1000;
/** Changes that come together are drawn together, in milliseconds. */
const settleTime = 100;

/**
 * Draws a list in place at every event about that kind of object, until the user ends it. Throws when the
 * connection to the daemon breaks.
 */
export async function watchObjects(
  context: CliContext,
  kind: 'container',
  page: () => Promise<string>,
): Promise<never> {
  const { terminal, engine } = context;
  if (!terminal.outputIsTerminal) throw new CommandError('--watch needs a terminal');
  if (!movesCursor())
    throw new CommandError('--watch needs a terminal with a cursor: TERM is dumb');
  const screen = new LiveScreen(terminal);
  const changes = new ChangeSignal();
  const listening = listen();
  // Looked at only while nothing is drawn: then it ends the loop below.
  listening.catch(() => {});
  for (;;) {
    screen.draw(await page());
    await Promise.race([changes.next(), listening, later(refreshInterval)]);
    await later(settleTime);
  }

  async function listen(): Promise<never> {
    const events = await engine.system.events({ filters: { type: kind } });
    for await (const _ of events) changes.signal();
    throw new CommandError('the daemon closed the connection');
  }
}

/** Something happened since the last look. */
class ChangeSignal {
  #changed = false;
  #waiter: (() => void) | undefined;

  signal(): void {
    this.#changed = true;
    this.#waiter?.();
  }

  async next(): Promise<void> {
    if (!this.#changed) await new Promise<void>((resolve) => (this.#waiter = resolve));
    this.#changed = false;
  }
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
