import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountDepths, explainAccount, mountPointsBelow } from './disk-account.ts';

const hex = (digit: string) => digit.repeat(64);
const digest = (digit: string) => `sha256:${hex(digit)}` as const;

test('every entry stays, and is told by what is recorded', () => {
  const paths = [
    ...['', 'content', 'content/index.json', `content/blobs/sha256/${hex('a')}`],
    ...[`content/blobs/sha256/${hex('b')}`, 'content/ingest/x', 'content/partial/y'],
    ...['overlay2', `overlay2/${hex('1')}`, `overlay2/${hex('2')}`, `overlay2/${hex('c')}`],
    ...['overlay2/init', 'overlay2/trash', `overlay2/${hex('9')}`],
    ...[`containers/${hex('c')}`, `containers/${hex('c')}/${hex('c')}-json.log.1`],
    ...[
      `containers/${hex('c')}/hosts`,
      `containers/${hex('9')}`,
      `containers/${hex('c')}/local.log`,
    ],
    ...['volumes/data', 'volumes/.incoming-1', 'volumes/stray', 'state.db-wal', 'berthd.lock'],
    ...['builder/x', 'lost+found'],
  ];
  const entries = paths.map((path, index) => ({ path, bytes: 512 * (index + 1), inodes: 1 }));
  const told = explainAccount(entries, {
    driver: 'overlay2',
    layers: [digest('1'), digest('2')],
    images: [{ id: digest('e'), names: ['a:1'], blobs: [digest('a')], layers: [digest('1')] }],
    containers: [
      { id: hex('c'), name: 'web', volumes: ['data'], layers: [digest('1'), digest('2')] },
    ],
    hasVolume: (name) => name === 'data',
  });
  assert.equal(told.length, paths.length);
  const kindOf = (path: string) => {
    const { Kind = '', UsedBy = [] } = told.find(({ Path }) => Path === path) ?? {};
    return [Kind, ...UsedBy].join(' ');
  };
  assert.deepEqual(paths.map(kindOf), [
    ...['state', 'state', 'state', 'blob a:1', 'orphan', 'temporary', 'temporary'],
    ...['state', 'layer a:1 web', 'layer web', 'container web', 'state', 'temporary', 'orphan'],
    ...['container web', 'log web', 'container web', 'orphan', 'log web'],
    ...['volume web', 'temporary', 'orphan', 'database', 'state', 'build-cache', 'unknown'],
  ]);
  assert.deepEqual(accountDepths('vfs'), { content: 4, vfs: 2, containers: 3, volumes: 2 });
});

test('mount points are told as paths below the data root', () => {
  const below = mountPointsBelow('/data', ['/data', '/data/overlay2/x/merged']);
  assert.deepEqual(below, ['overlay2/x/merged']);
});
