import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';

const repository = path.resolve(import.meta.dirname, '../..');
const addon = path.join(repository, 'native/sys/build/asan/sys.node');

function output(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { cwd: repository, encoding: 'utf8' });
  assert.equal(result.status, 0, `${command} ${args.join(' ')}: ${result.stderr}`);
  return result.stdout.trim();
}

/**
 * Node is not built with AddressSanitizer, so its run-time is preloaded, and leaks are not looked for:
 * V8 frees nothing at its end.
 */
function runSanitized(script: string): { readonly status: number | null; readonly text: string } {
  const result = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    cwd: repository,
    encoding: 'utf8',
    env: {
      ...process.env,
      BERTH_SYS_ADDON: addon,
      LD_PRELOAD: output('gcc', ['-print-file-name=libasan.so']),
      ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=0:exitcode=99',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
      NODE_TEST_CONTEXT: undefined,
    },
  });
  return { status: result.status, text: `${result.stdout}\n${result.stderr}` };
}

describe('the addon under AddressSanitizer and UndefinedBehaviorSanitizer', () => {
  it('passes the conformance suite', () => {
    output('make', ['-s', '-C', 'native/sys', 'asan']);
    const { status, text } = runSanitized('tests/integration/kernel-conformance.test.ts');
    assert.equal(status, 0, text);
    assert.doesNotMatch(text, /Sanitizer|runtime error/);
  });

  it('survives arguments of every wrong kind', () => {
    const { status, text } = runSanitized('tests/integration/kernel-addon-arguments.test.ts');
    assert.equal(status, 0, text);
    assert.doesNotMatch(text, /Sanitizer|runtime error/);
  });
});
