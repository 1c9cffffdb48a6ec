import { createEngineClient } from '@berth/engine-client';
import { TestDaemon } from '@berth/testing';

/**
 * `sh scripts/with-node.sh bench/recovery.ts [containers]`: how long a daemon that was killed is away. Prints the
 * time from the start of the next one to its first answer, and until it lists every container as running.
 * Targets for 300 containers: 1 s and 3 s.
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
  await daemon.startProcess();
  const answered = performance.now() - begun;
  const running = await client.json<unknown[]>('GET', '/containers/json');
  const listed = performance.now() - begun;
  process.stdout.write(
    `${count} containers ${what}: first answer ${answered.toFixed(0)} ms, ${running.length} listed ${listed.toFixed(0)} ms\n`,
  );
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
