import { engineError, isEngineError } from '@berth/errors';
import type { ContainerContext } from './container-context.ts';
import { publishContainerEvent } from './container-events.ts';
import { verdictOf } from './container-state.ts';

/** Sets the size of the container's terminal. */
export async function resizeContainer(
  context: ContainerContext,
  name: string,
  rows: number,
  columns: number,
): Promise<void> {
  const entry = context.store.find(name);
  const live = entry.live;
  if (verdictOf('resize', entry.state) !== 'proceed' || live === undefined) {
    throw engineError('containers.not-running', { id: entry.id });
  }
  // Without a terminal there is nothing to size; Docker takes the request all the same.
  if (!live.tty) return;
  try {
    await live.shim.resize('container', rows, columns);
    publishContainerEvent(context, entry.record, 'resize', {
      height: String(rows),
      width: String(columns),
    });
  } catch (cause) {
    if (isEngineError(cause) && !entry.running) {
      throw engineError('containers.not-running', { id: entry.id }, { cause });
    }
    throw cause;
  }
}
