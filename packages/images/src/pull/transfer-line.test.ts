import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Of } from '@berth/oci';
import type { ProgressMessage } from '../image-service.ts';
import { TransferLine } from './transfer-line.ts';

test('a status is shown once, a bar ten times a second and when it is full', () => {
  const digest = sha256Of('layer');
  const shown: ProgressMessage[] = [];
  let now = 0;
  const line = new TransferLine(
    digest,
    (message) => shown.push(message),
    () => now,
  );
  line.show({ status: 'Waiting' });
  line.show({ status: 'Waiting' });
  for (let current = 0; current <= 100; current += 10) {
    line.show({ status: 'Downloading', current, total: 100 });
    now += 30;
  }
  line.show({ status: 'Downloading', current: 100, total: 100 });
  line.show({ status: 'Pull complete' });
  const id = digest.slice(7, 19);
  const bar = (current: number) => ({
    status: 'Downloading',
    progressDetail: { current, total: 100 },
    id,
  });
  assert.deepEqual(shown, [
    { status: 'Waiting', progressDetail: {}, id },
    ...[0, 40, 80, 100].map(bar),
    { status: 'Pull complete', progressDetail: {}, id },
  ]);
});
