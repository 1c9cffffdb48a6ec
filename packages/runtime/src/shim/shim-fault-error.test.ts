import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shimFaultError } from './shim-fault-error.ts';

const fault = { op: 'start', stage: 'runtime', errno: '', path: '', runtimeMessage: '' };

test("a start's fault carries the runtime's words in Docker's wording", () => {
  const runtimeMessage =
    'runc run failed: unable to start container process: exec: "x": executable file not found in $PATH';
  const error = shimFaultError({ ...fault, runtimeMessage }, 'id');
  assert.equal(error.code, 'runtime.shim-start-failed');
  assert.equal(
    error.message,
    'failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
      'runc create failed: unable to start container process: exec: "x": executable file not found in $PATH: unknown',
  );
  assert.equal((error.cause as typeof fault).stage, 'runtime');
});

test('a fault of our own names stage, reason and path', () => {
  const own = { ...fault, stage: 'runtime-exec', errno: 'ENOENT', path: '/usr/bin/runc' };
  const error = shimFaultError(own, 'id');
  assert.match(error.message, /: runtime-exec: ENOENT \(\/usr\/bin\/runc\)$/);
});

test('faults of requests', () => {
  const target = { execId: 'e1' };
  const kill = shimFaultError(
    { ...fault, op: 'kill', stage: 'target', errno: 'ESRCH' },
    'id',
    target,
  );
  assert.deepEqual(
    [kill.code, kill.message],
    ['runtime.shim-no-process', 'e1 of container id is not running'],
  );
  const twice = shimFaultError(
    { ...fault, op: 'exec', stage: 'execId', errno: 'EEXIST' },
    'id',
    target,
  );
  assert.equal(twice.code, 'runtime.shim-exec-exists');
  const resize = shimFaultError(
    { ...fault, op: 'resize', stage: 'terminal', errno: 'ENOTTY' },
    'id',
  );
  assert.equal(resize.code, 'runtime.shim-request-failed');
  const exec = shimFaultError(
    { ...fault, op: 'exec', runtimeMessage: 'exec failed: no' },
    'id',
    target,
  );
  assert.equal(exec.message, 'OCI runtime exec failed: exec failed: no: unknown');
});
