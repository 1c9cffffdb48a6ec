import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Engine } from '@berth/testing';
import { normalise } from './normalise.ts';

const repository = path.resolve(import.meta.dirname, '../..');

interface Step {
  readonly line: string;
  /** What Docker 20.10, the reference here, does otherwise than Docker 28. */
  readonly differs?: string;
}

const steps: readonly (string | Step)[] = [
  'volume create vol',
  'network create net',
  {
    line: 'create --name c1 --label l=1 -v vol:/v --network net parity sleep 600',
    differs: 'Docker 28 tells of volumes that it made, not of those that were there',
  },
  'start c1',
  'top c1',
  'exec c1 true',
  'exec c1 echo a b',
  'pause c1',
  'unpause c1',
  'rename c1 c2',
  'update -m 64m --memory-swap 128m c2',
  {
    line: 'cp c2:/etc/passwd -',
    differs: 'nothing is mounted to read files of a running container',
  },
  'kill -s HUP c2',
  {
    line: 'commit -m note c2 made:1',
    differs: 'Docker 28 tells that an image was created',
  },
  'network connect bridge c2',
  {
    line: 'network disconnect bridge c2',
    differs: 'Docker 20.10 tells it twice',
  },
  'restart -t 0 c2',
  'export -o /tmp/berth-events-parity.tar c2',
  'stop -t 0 c2',
  'rm -f c2',
  'run --name fails parity false',
  'rm fails',
  'run --rm --name gone parity true',
  'run --name oom -m 6m parity sh -c x=aaaaaaaaaaaaaaaa;while\\ true;do\\ x=$x$x;done',
  'rm oom',
  'tag made:1 made:2',
  {
    line: 'rmi made:2',
    differs: 'Docker 28 gives the name that was taken away, where images are kept whole',
  },
  'save -o /tmp/berth-events-parity.tar made:1',
  'image prune -f',
  'container prune -f',
  'network create lonely',
  'network prune -f',
  'create --name p1 parity',
  'container prune -f',
  'volume rm vol',
];

let docker: Engine;
let berth: Engine;

before(async () => {
  execFileSync('sh', [path.join(repository, 'scripts/reference-docker.sh')], { stdio: 'inherit' });
  const input = execFileSync('sh', [path.join(repository, 'scripts/busybox-root.sh')], {
    maxBuffer: 1 << 28,
  });
  docker = await Engine.start('docker');
  berth = await Engine.start('berth');
  for (const engine of [docker, berth]) {
    await engine.docker(['import', '-c', 'CMD ["sh"]', '-', 'parity'], { input });
  }
});
after(async () => {
  await docker?.[Symbol.asyncDispose]();
  await berth?.[Symbol.asyncDispose]();
  execFileSync('rm', ['-f', '/tmp/berth-events-parity.tar']);
});

interface Message {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: string;
}

/** What the command makes the engine tell, sorted: what goes on side by side has no order. */
async function eventsOf(engine: Engine, words: readonly string[]): Promise<string[]> {
  const since = stamp();
  await engine.tryDocker(words);
  const told = await engine.docker([
    ...['events', '--since', since, '--until', stamp(), '--format', '{{json .}}'],
  ]);
  return told
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => shown(JSON.parse(line) as Message))
    .sort();
}

function stamp(): string {
  return (Date.now() / 1000).toFixed(3);
}

/** The duration of a run is told since Docker 22. */
function shown({ Type, Action, Actor, scope }: Message): string {
  const attributes = Object.entries(Actor.Attributes)
    .filter(([name]) => name !== 'execDuration')
    .sort();
  return normalise(
    `${scope} ${Type} "${Action}" ${Actor.ID} ${JSON.stringify(Object.fromEntries(attributes))}`,
  );
}

for (const step of steps) {
  const { line, differs } = typeof step === 'string' ? { line: step, differs: undefined } : step;
  test(`events of docker ${line}`, async () => {
    const words = line.split(/(?<!\\) /).map((word) => word.replaceAll('\\ ', ' '));
    const theirs = await eventsOf(docker, words);
    const ours = await eventsOf(berth, words);
    assert.ok(ours.length > 0);
    if (differs === undefined) assert.deepEqual(ours, theirs);
    else assert.notDeepEqual(ours, theirs, `no longer differs, although listed: ${differs}`);
  });
}
