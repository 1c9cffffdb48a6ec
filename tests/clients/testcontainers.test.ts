import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { TestDaemon } from '@berth/testing';

/** testcontainers, with which test suites of other projects start what they need: `testcontainers/suite.js`. */
test('testcontainers drives it', async () => {
  const folder = path.join(import.meta.dirname, 'testcontainers');
  const installed = existsSync(path.join(folder, 'node_modules/testcontainers'));
  assert(installed, 'not installed yet: run "sh scripts/setup.sh --tests"');
  await using daemon = await TestDaemon.start();
  // Its clean-up container is an image that has to be pulled; the daemon goes away here instead.
  const env = {
    DOCKER_HOST: daemon.host,
    TESTCONTAINERS_RYUK_DISABLED: 'true',
    NODE_TEST_CONTEXT: '',
  };
  const options = { cwd: folder, env, timeoutMilliseconds: 240_000 };
  const { code, stdout } = await daemon.inNamespace(process.execPath, ['suite.js'], options);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /pass 7\n/, stdout);
  assert.equal(await daemon.dockerOk(['ps', '-aq']), '', 'it left containers behind');
});
