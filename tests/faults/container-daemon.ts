import { ContainersFixture } from '../integration/containers-fixture.ts';

/**
 * A daemon to be killed: works on containers over and over until somebody ends it, or until the fault
 * point that it was told, where it ends itself with SIGKILL.
 * Arguments: folder, fault point (or `-`).
 */
const [folder = '', fault = '-'] = process.argv.slice(2);

const fixture = await ContainersFixture.open(folder, (name) => {
  if (name === fault) process.kill(process.pid, 'SIGKILL');
});
process.stdout.write('ready\n');

for (let round = 0; ; round++) {
  await Promise.allSettled([oneLife(`long-${round}`), shortLife(`short-${round}`)]);
}

/** Through every operation. */
async function oneLife(name: string): Promise<void> {
  const { service } = fixture;
  await service.create(
    {
      Image: 'busybox',
      Cmd: ['sleep', '1000'],
      Volumes: { '/data': {} },
      HostConfig: { IpcMode: 'shareable' },
    },
    { name },
  );
  await service.start(name);
  await service.pause(name);
  await service.unpause(name);
  await service.stop(name, { timeout: 0 });
  await service.start(name);
  await service.restart(name, { timeout: 0 });
  await service.kill(name);
  await service.remove(name, { volumes: true });
}

/** Ends by itself and is removed by the daemon. */
async function shortLife(name: string): Promise<void> {
  const { service } = fixture;
  await service.create(
    { Image: 'busybox', Cmd: ['sh', '-c', 'echo out'], HostConfig: { AutoRemove: true } },
    { name },
  );
  const { result } = await service.wait(name, 'removed');
  await service.start(name);
  await result;
}
