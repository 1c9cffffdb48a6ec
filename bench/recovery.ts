import { setTimeout as sleep } from 'node:timers/promises';
import { createEngineClient } from '@berth/engine-client';
import { TestDaemon } from '@berth/testing';

/**
 * `sh scripts/with-node.sh bench/recovery.ts [containers]`: how long a daemon that was killed is away. Prints the
 * time from the start of the next one to its first answer to a ping, the longest wait for one from then on, and the
 * time until it has listed every container as running. Targets for 300 containers: 1 s and 3 s.
 */

const count = Number(process.argv[2] ?? 300);
const together = 8;

await using daemon = await TestDaemon.start();
const client = createEngineClient({ host: daemon.host });
await startContainers();
for (const [what, signal] of [
  ['after kill -9', 'SIGKILL'],
  ['after kill -9, again', 'SIGKILL'],
  ['after an orderly end', 'SIGTERM'],
] as const) {
  await daemon.stopProcess(signal);
  const begun = performance.now();
  const starting = daemon.startProcess();
  const [answered, longest] = await ping(starting);
  const running = await client.json<unknown[]>('GET', '/containers/json');
  const listed = performance.now() - begun;
  process.stdout.write(
    `${count} containers ${what}: first answer ${(answered - begun).toFixed(0)} ms, longest wait from then on ${longest.toFixed(0)} ms, ${running.length} listed ${listed.toFixed(0)} ms\n`,
  );
}

/** Asks over and over until `started`: when the first answer came, and how long one took after that. */
async function ping(started: Promise<void>): Promise<readonly [first: number, longest: number]> {
  let [first, longest, done] = [Number.NaN, 0, false];
  void started.finally(() => {
    done = true;
  });
  while (!done || Number.isNaN(first)) {
    const asked = performance.now();
    const answer = await client.text('GET', '/_ping').catch(() => undefined);
    const now = performance.now();
    if (answer !== undefined && Number.isNaN(first)) first = now;
    else if (answer !== undefined) longest = Math.max(longest, now - asked);
    await sleep(5);
  }
  await started;
  return [first, longest];
}

async function startContainers(): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `recovery-${index}`);
  const worker = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const json = {
        Image: 'busybox',
        Cmd: ['sleep', '100000'],
        ExposedPorts: { '80/tcp': {} },
        Volumes: { '/data': {} },
        HostConfig: { PortBindings: { '80/tcp': [{}] } },
      };
      await client.json('POST', '/containers/create', { query: { name }, json });
      await client.text('POST', `/containers/${name}/start`);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
}
