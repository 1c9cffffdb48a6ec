import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EngineError } from '@berth/errors';
import { mergeConfig } from '../config/load-config.ts';
import type { PartialConfig } from '../config/option-table.ts';
import { chooseRuntimes } from './choose-runtime.ts';
import { reachedProgram } from './probe-runtime.ts';

async function choose(
  config: PartialConfig,
  { installed, working }: { installed: readonly string[]; working: readonly string[] },
) {
  const probed: string[] = [];
  const choice = await chooseRuntimes(
    mergeConfig(config, {}),
    async ({ path }) => {
      probed.push(path);
      return working.some((name) => path.endsWith(name));
    },
    (name) => (installed.includes(name) ? `/usr/bin/${name}` : undefined),
  );
  return { ...choice, probed };
}

const both = ['crun', 'runc'];

describe('the default runtime', () => {
  test('is crun where it works', async () => {
    const { defaultName } = await choose({}, { installed: both, working: both });
    assert.equal(defaultName, 'crun');
  });

  test('is runc where crun does not', async () => {
    const { defaultName, probed } = await choose({}, { installed: both, working: ['runc'] });
    assert.equal(defaultName, 'runc');
    assert.deepEqual(probed, ['/usr/bin/crun']);
  });

  test('is the only one there is, without a probe', async () => {
    const { defaultName, probed } = await choose({}, { installed: ['crun'], working: [] });
    assert.equal(defaultName, 'crun');
    assert.deepEqual(probed, []);
  });

  test('is what the configuration says', async () => {
    const runtimes = { fast: { path: '/opt/fast', runtimeArgs: ['--x'] } };
    const config = { runtimes, 'default-runtime': 'fast' };
    const choice = await choose(config, { installed: both, working: both });
    assert.equal(choice.defaultName, 'fast');
    assert.deepEqual(choice.runtimes.fast, { path: '/opt/fast', arguments: ['--x'] });
    assert.deepEqual(choice.probed, []);
  });

  test('must exist', async () => {
    const missing = (error: unknown) =>
      error instanceof EngineError && /there is no such runtime/.test(error.message);
    const host = { installed: both, working: both };
    await assert.rejects(choose({ 'default-runtime': 'nope' }, host), missing);
    await assert.rejects(choose({}, { installed: [], working: [] }), /neither crun nor runc/);
  });
});

test('a probe has worked when the runtime looked for the program', () => {
  const texts = [
    'exec failed: exec: "/berth-probe": stat /berth-probe: no such file or directory: unknown',
    'executable file `/berth-probe` not found: No such file or directory',
  ];
  for (const text of texts) assert.ok(reachedProgram(text), text);
  assert.ok(!reachedProgram('cgroups in hybrid mode not supported'));
});
