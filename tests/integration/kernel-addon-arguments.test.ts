import assert from 'node:assert/strict';
import { closeSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { KernelError } from '@berth/kernel';
import { sysAddon } from '../../packages/kernel/src/sys/addon.ts';

type Call = (...args: unknown[]) => unknown;

/** These would act on the process itself when their arguments happen to be right. */
const dangerous = new Set(['setErrorClass', 'unshare', 'setns']);
const values: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  2 ** 31,
  2 ** 53,
  Number.NaN,
  '',
  'a\0b',
  'x'.repeat(5000),
  '/nonexistent/path',
  Buffer.alloc(0),
  Buffer.from('a\0b'),
  Buffer.alloc(70_000, 0x61),
  Symbol('s'),
  {},
  [],
];

async function refused(call: Call, args: readonly unknown[]): Promise<void> {
  try {
    const result = await call(...args);
    if (typeof result === 'number' && result > 2) closeSync(result);
  } catch (error) {
    assert.ok(error instanceof KernelError || error instanceof TypeError, String(error));
  }
}

const names = Object.keys(sysAddon()).filter((name) => !dangerous.has(name));

describe('the addon', () => {
  for (const name of names)
    it(`${name} refuses wrong arguments with an error, never a crash`, async () => {
      const call = (sysAddon() as unknown as Record<string, Call>)[name]!;
      await refused(call, []);
      for (const value of values) {
        await refused(call, [value]);
        await refused(call, new Array(8).fill(value));
        await refused(call, ['/nonexistent/path', value, value, value, value]);
        await refused(call, [-1, value, value, value, value]);
        await refused(call, new Array(12).fill(value));
      }
    });

  it('takes no netlink request that lies about its length', () => {
    const sys = sysAddon();
    const socket = sys.netlinkOpen(0, -1);
    const open = readdirSync('/proc/self/fd').length;
    for (const length of [0, 1, 15, 16, 17, 0xffffffff]) {
      const request = Buffer.alloc(16);
      request.writeUInt32LE(length, 0);
      if (length === 16) continue;
      assert.throws(() => sys.netlinkTalk(socket, request), { code: 'EINVAL' });
    }
    assert.throws(() => sys.netlinkTalk(socket, Buffer.alloc(0)), { code: 'EINVAL' });
    assert.equal(readdirSync('/proc/self/fd').length, open);
    closeSync(socket);
  });
});
