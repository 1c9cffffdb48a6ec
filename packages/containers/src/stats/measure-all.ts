import { loopTurn } from '@berth/kernel';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerMeasurement } from '../container-service.ts';
import { healthOf } from '../health/health-monitor.ts';
import { systemTimes, takeSample } from './stats-sample.ts';

/** Every container with its state, and what is counted for those that run. */
export async function measureAll(context: ContainerContext): Promise<ContainerMeasurement[]> {
  const found: ContainerMeasurement[] = [];
  const system = systemTimes(context);
  for (const entry of context.store.visible()) {
    await loopTurn();
    const health = healthOf(entry)?.Status;
    found.push({
      id: entry.id,
      name: entry.name,
      image: entry.record.config.Image ?? '',
      state: entry.state,
      restartCount: entry.facts.restartCount,
      ...(health === undefined ? {} : { health }),
      ...(entry.running ? { stats: takeSample(context, entry, system) } : {}),
    });
  }
  return found;
}
