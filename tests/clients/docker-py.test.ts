import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { runCommand, TestDaemon, TestRegistry } from '@berth/testing';

/** docker-py as Debian has it, which most Python programs use to speak to an engine: `docker_py_suite.py`. */

let registry: TestRegistry;
let daemon: TestDaemon;
before(async () => {
  registry = await TestRegistry.start();
  daemon = await TestDaemon.start();
  await registry.exposeTo(daemon.namespacePid);
});
after(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
});

test('docker-py drives it', async () => {
  const suite = path.join(import.meta.dirname, 'docker_py_suite.py');
  const { code, stderr } = await runCommand('/usr/bin/python3', ['-B', suite], {
    env: { DOCKER_HOST: daemon.host, REGISTRY: registry.host },
    timeoutMilliseconds: 240_000,
  });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Ran 2\d tests in (.|\n)*\nOK\n$/);
});
