import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { isEngineError } from '@berth/errors';
import { createLinuxKernel } from '@berth/kernel';
import { WorkerLayerTransfer } from '@berth/snapshots';
import { treeFacts } from '@berth/snapshots/testsuite/file-facts.ts';
import { tarOf } from '@berth/tar/testsuite/tar-archive.ts';
import fc from 'fast-check';

const { files } = createLinuxKernel();
const transfer = new WorkerLayerTransfer({ size: 1 });
let root: string;

before(() => {
  process.umask(0);
  root = mkdtempSync(join(tmpdir(), 'berth-fuzz-'));
});

after(async () => {
  await transfer[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

/** Few names, so that entries meet; now and then one that must be refused. */
const part = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom('a', 'b', 'c', 'l', '.', '', 'caf\xe9') },
  { weight: 8, arbitrary: fc.constantFrom('.wh.a', '.wh.l', '.wh..wh..opq') },
  { weight: 1, arbitrary: fc.constantFrom('..', '.wh..') },
);
const path = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  },
  { weight: 3, arbitrary: fc.constantFrom('@outside/secret', '/@outside', 'l/secret', 'l/d/file') },
  { weight: 1, arbitrary: fc.constant('../outside/secret') },
);
const target = fc.oneof(
  path,
  fc.constantFrom('@outside', '@outside/d', '../outside', '../../outside/d', '/', '.'),
  fc.constantFrom('/proc/self/root@outside', '/proc/self/cwd', '/dev/fd'),
);
const member = fc.record({
  name: path,
  type: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('file', 'directory', 'directory', 'symlink', 'fifo') },
    { weight: 1, arbitrary: fc.constantFrom('hard-link', 'char') },
  ),
  linkName: target,
  content: fc.constantFrom('', 'x', 'content'),
  mode: fc.constantFrom(0o000, 0o644, 0o4755, 0o1777),
  uid: fc.constantFrom(0, 1, 4_000_000_000),
  xattrs: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom<Record<string, string>>({}, { 'user.a': 'b' }) },
    { weight: 1, arbitrary: fc.constant({ 'trusted.overlay.opaque': 'y' }) },
    { weight: 1, arbitrary: fc.constant({ 'security.capability': 'x' }) },
  ),
});

describe('unpacking under fuzz', () => {
  it('changes nothing outside of the target and fails only with errors that say why', async () => {
    const outside = join(root, 'outside');
    mkdirSync(join(outside, 'd'), { recursive: true });
    writeFileSync(join(outside, 'secret'), 'untouched');
    writeFileSync(join(outside, 'd/file'), 'untouched');
    const expected = treeFacts(files, outside);
    const descriptors = () => readdirSync('/proc/self/fd').length;
    let count = 0;
    let held: number | undefined;
    let unpacked = 0;
    const property = fc.asyncProperty(
      fc.array(member, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('overlay', 'apply', undefined),
      async (members, whiteouts) => {
        const directory = join(root, `target-${count++}`);
        mkdirSync(directory);
        symlinkSync(outside, join(directory, 'l'));
        const placed = members.map((each) => ({
          ...each,
          name: each.name.replace('@outside', outside),
          linkName: each.linkName.replace('@outside', outside),
        }));
        try {
          const source = Readable.from([tarOf(placed)]);
          await transfer.unpack({ source, directory, ...(whiteouts && { whiteouts }) });
          unpacked++;
        } catch (error) {
          const known = ['snapshots.unsafe-entry', 'snapshots.invalid-archive'];
          if (!isEngineError(error) || !known.includes(error.code)) throw error;
        } finally {
          rmSync(directory, { recursive: true });
        }
        assert.deepEqual(treeFacts(files, outside), expected);
        assert.deepEqual(readdirSync(root), ['outside']);
        if (count === 20) held = descriptors();
        if (held !== undefined) assert.ok(descriptors() <= held + 8, 'no descriptor is left open');
      },
    );
    await fc.assert(property, { numRuns: Number(process.env.BERTH_FUZZ_RUNS ?? 1000) });
    assert.ok(unpacked > count / 10, `only ${unpacked} of ${count} archives were unpacked`);
  });
});
