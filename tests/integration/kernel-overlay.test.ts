import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { KernelError } from '../../packages/kernel/src/kernel-error.ts';
import { mountOverlay } from '../../packages/kernel/src/linux/overlay-mount.ts';
import { type SysAddon, sysAddon } from '../../packages/kernel/src/sys/addon.ts';
import { linuxHarness, printMean } from './kernel-fixture.ts';

/** `count` folders with a file each; the path of each has about `length` bytes. */
function makeLayers(directory: string, count: number, length: number, mark = 'x'): string[] {
  const rest = Math.max(0, length - directory.length - 8);
  const steps = `${mark.repeat(100)}/`.repeat(Math.ceil(rest / 101)).slice(0, rest);
  return Array.from({ length: count }, (_, index) => {
    const layer = path.join(directory, steps, `layer${index}`);
    mkdirSync(layer, { recursive: true });
    writeFileSync(path.join(layer, `file${index}`), String(index));
    writeFileSync(path.join(layer, 'same'), String(index));
    return layer;
  });
}

function folders(directory: string): { upper: string; work: string; target: string } {
  const names = { upper: 'upper', work: 'work', target: 'merged' };
  const made = Object.entries(names).map(([key, name]) => {
    const folder = path.join(directory, name);
    mkdirSync(folder, { recursive: true });
    return [key, folder];
  });
  return Object.fromEntries(made) as typeof names;
}

/** The addon as a kernel without fsconfig `lowerdir+` would have it. */
function withoutFsconfig(code: 'ENOSYS' | 'EINVAL'): SysAddon {
  const refuse = (syscall: string) => () => {
    throw new KernelError(syscall, code);
  };
  const change =
    code === 'ENOSYS' ? { fsopen: refuse('fsopen') } : { fsconfig: refuse('fsconfig') };
  return Object.assign(Object.create(sysAddon()) as SysAddon, change);
}

describe('overlay mounts', () => {
  for (const length of [120, 240, 1000])
    it(`stack 127 lower folders with paths of ${length} bytes`, async () => {
      await using harness = linuxHarness();
      const { mounts } = harness.kernel;
      const lower = makeLayers(harness.directory, 127, length);
      const { upper, work, target } = folders(harness.directory);
      mounts.mountOverlay({ lower, upper, work, target, options: ['index=off'] });
      assert.equal(readdirSync(target).length, 128);
      assert.equal(readFileSync(path.join(target, 'same'), 'utf8'), '0', 'topmost first');
      writeFileSync(path.join(target, 'new'), 'up');
      assert.equal(readFileSync(path.join(upper, 'new'), 'utf8'), 'up');
      mounts.unmount(target);
      printMean(`overlay of 127 × ${length} bytes`, 10, () => {
        mounts.mountOverlay({ lower, upper, work, target });
        mounts.unmount(target);
      });
    });

  it('take commas, colons and backslashes in folder names, short or long', async () => {
    for (const count of [3, 100]) {
      await using harness = linuxHarness();
      const odd = path.join(harness.directory, 'a,b:c\\d e');
      const lower = makeLayers(odd, count, 100);
      const { upper, work, target } = folders(odd);
      harness.kernel.mounts.mountOverlay({ lower, upper, work, target });
      assert.equal(readdirSync(target).length, count + 1);
      harness.kernel.mounts.unmount(target);
    }
  });

  it('are read-only without an upper folder', async () => {
    await using harness = linuxHarness();
    const lower = makeLayers(harness.directory, 60, 200);
    const { target } = folders(harness.directory);
    harness.kernel.mounts.mountOverlay({ lower, target });
    assert.throws(() => writeFileSync(path.join(target, 'new'), ''), { code: 'EROFS' });
    harness.kernel.mounts.unmount(target);
  });

  it('report a missing folder and leave no mount', async () => {
    await using harness = linuxHarness();
    const lower = [...makeLayers(harness.directory, 90, 200), `${harness.directory}/none`];
    const { target } = folders(harness.directory);
    const { mounts } = harness.kernel;
    assert.throws(() => mounts.mountOverlay({ lower, target }), { code: 'ENOENT' });
    assert.deepEqual(mounts.list(harness.directory), []);
  });

  for (const code of ['EINVAL', 'ENOSYS'] as const)
    it(`fall back to descriptors where fsconfig answers ${code}`, async () => {
      await using harness = linuxHarness();
      const lower = makeLayers(harness.directory, 127, 240);
      const { upper, work, target } = folders(harness.directory);
      const open = readdirSync('/proc/self/fd').length;
      mountOverlay(withoutFsconfig(code), { lower, upper, work, target });
      assert.equal(readdirSync(target).length, 128);
      assert.equal(readdirSync('/proc/self/fd').length, open);
      harness.kernel.mounts.unmount(target);
    });
});
