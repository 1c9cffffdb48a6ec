import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btrfsSize } from './btrfs/btrfs-options.ts';
import { formatByteSize, parseByteSize } from './byte-size.ts';
import { parseDriverOptions } from './driver-options.ts';
import type { SnapshotterName } from './snapshotter.ts';

test('sizes are read with the units that Docker knows', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['4096', 4096],
    ['32b', 32],
    ['10G', 10 * 2 ** 30],
    ['10 gib', 10 * 2 ** 30],
    ['1.5MB', 1.5 * 2 ** 20],
    ['.5k', 512],
    ['1t', 2 ** 40],
    ['2P', 2 ** 51],
  ];
  for (const [text, bytes] of cases) assert.equal(parseByteSize(text), bytes, text);
});

test('what is no size, or more than can be counted, is refused', () => {
  for (const text of [
    '',
    'G',
    '-1',
    '1e9',
    '10X',
    '10 G B',
    '1.2.3',
    'NaN',
    '9000P',
    '1ib',
    ' 1',
  ]) {
    const expected = { code: 'snapshots.invalid-option', message: `invalid size: '${text}'` };
    assert.throws(() => parseByteSize(text), expected, text);
  }
});

test('sizes are printed as Docker does', () => {
  const printed = [0, 999, 1000, 1 << 20, 2 ** 30, 2 ** 60].map(formatByteSize);
  assert.deepEqual(printed, ['0B', '999B', '1kB', '1.049MB', '1.074GB', '1153PB']);
});

test('btrfs: a container may ask for a size that is not below the least one', () => {
  const options = { minimumSize: 1 << 30 };
  assert.equal(btrfsSize({}, options), undefined);
  assert.equal(btrfsSize({ Size: '1G' }, options), 1 << 30);
  const refused: readonly (readonly [Record<string, string>, string])[] = [
    [{ size: '1023M' }, 'btrfs: storage size cannot be less than 1.074GB'],
    [{ size: '0' }, 'btrfs: invalid storage size: 0B'],
    [{ size: 'much' }, "invalid size: 'much'"],
    [{ size: '2G', colour: 'red' }, 'Unknown option colour'],
  ];
  for (const [asked, message] of refused) {
    assert.throws(() => btrfsSize(asked, options), { message }, message);
  }
});

test('each driver takes its own options and names the others', () => {
  const read = parseDriverOptions;
  assert.deepEqual(read('btrfs', ['BTRFS.min_space=1G']), { minimumSize: 1 << 30 });
  assert.deepEqual(read('overlay2', ['overlay2.override_kernel_check=1']), { minimumSize: 0 });
  const refused: readonly (readonly [SnapshotterName, string, RegExp])[] = [
    ['btrfs', 'btrfs.colour=red', /^btrfs: Unknown option btrfs\.colour$/],
    ['btrfs', 'btrfs.min_space=red', /^invalid size: 'red'$/],
    ['btrfs', 'btrfs.min_space', /^Unable to parse key\/value option: btrfs\.min_space$/],
    ['overlay2', 'btrfs.min_space=1G', /^overlay2: unknown option btrfs\.min_space$/],
    ['overlay2', 'overlay2.size=1G', /^Storage option overlay2\.size not supported/],
    ['vfs', 'size=1G', /does not support, or has not enabled quotas$/],
    ['vfs', 'colour=red', /^unknown option colour for vfs$/],
  ];
  for (const [driver, option, message] of refused) {
    const expected = { code: 'snapshots.invalid-option', message };
    assert.throws(() => parseDriverOptions(driver, [option]), expected, option);
  }
});
