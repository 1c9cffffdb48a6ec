import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOfRuntimeMessage, normaliseRuntimeMessage } from './start-failure.ts';

test('messages of both runtimes end in the words that clients look for', () => {
  const cases: readonly (readonly [string, string, number | undefined])[] = [
    [
      'runc create failed: unable to start container process: exec: "foo": executable file not found in $PATH',
      'runc create failed: unable to start container process: exec: "foo": executable file not found in $PATH',
      127,
    ],
    [
      'executable file `foo` not found in $PATH: No such file or directory',
      'unable to start container process: exec: "foo": executable file not found in $PATH',
      127,
    ],
    ['exec: "/etc/passwd": permission denied', 'exec: "/etc/passwd": permission denied', 126],
    [
      'open executable: Permission denied',
      'unable to start container process: exec: "/etc/passwd": permission denied',
      126,
    ],
    [
      'OCI runtime exec failed: open executable: Operation not permitted: unknown',
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "/etc/passwd": permission denied: unknown',
      126,
    ],
    [
      'executable file `/no/such` not found in $PATH: No such file or directory',
      'unable to start container process: exec: "/no/such": stat /no/such: no such file or directory',
      127,
    ],
    [
      'chdir `/nope`: No such file or directory',
      'unable to start container process: chdir to cwd ("/nope") set in config.json failed: no such file or directory',
      127,
    ],
    ['exec: "/etc": is a directory', 'exec: "/etc": is a directory', 126],
    ['error mounting "/x": Not a directory', 'error mounting "/x": not a directory', 127],
    ['something else', 'something else', undefined],
  ];
  for (const [message, normal, code] of cases) {
    assert.equal(normaliseRuntimeMessage(message, '/etc/passwd'), normal);
    assert.equal(exitCodeOfRuntimeMessage(normal), code, normal);
  }
});
