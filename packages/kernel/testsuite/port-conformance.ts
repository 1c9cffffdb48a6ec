import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errnoOf } from '@berth/errors';
import type { MakeHarness } from './harness.ts';

const base = { protocol: 'udp', address: '127.0.0.77', port: 41_000 } as const;

export function portConformance(makeHarness: MakeHarness): void {
  describe('ports', () => {
    for (const count of [3, 300]) {
      it(`holds ${count} ports in a row, all or none, and names the one that is taken`, async () => {
        await using harness = makeHarness();
        const { ports } = harness.kernel;
        const last = ports.hold({ ...base, port: base.port + count - 1 });
        await assert.rejects(ports.holdRange({ ...base, count }), {
          code: 'EADDRINUSE',
          path: `127.0.0.77:${base.port + count - 1}`,
        });
        last.close();
        const held = await ports.holdRange({ ...base, count });
        assert.throws(
          () => ports.hold({ ...base, port: base.port + 1 }),
          (error) => errnoOf(error) === 'EADDRINUSE',
        );
        await held.activate(() => undefined);
        await held.deactivate();
        await held.deactivate();
        assert.throws(() => ports.hold(base), { code: 'EADDRINUSE' });
        await held.activate(() => undefined);
        await held.close();
        await held.close();
        ports.hold(base).close();
      });
    }

    it('holds both families with one socket', async () => {
      await using harness = makeHarness();
      const { ports } = harness.kernel;
      const address = '0.0.0.0';
      const range = { ...base, address: '::', count: 2, dual: true };
      const four = ports.hold({ ...base, address, port: base.port + 1 });
      await assert.rejects(ports.holdRange(range), { path: `0.0.0.0:${base.port + 1}` });
      four.close();
      const held = await ports.holdRange(range);
      assert.throws(() => ports.hold({ ...base, address }), { code: 'EADDRINUSE' });
      assert.throws(() => ports.hold({ ...base, address: '::' }), { code: 'EADDRINUSE' });
      await held.close();
    });
  });
}
