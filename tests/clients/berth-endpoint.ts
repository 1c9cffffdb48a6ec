import path from 'node:path';
import { type CommandOptions, type CommandResult, runCommand, TestDaemon } from '@berth/testing';

const launcher = path.resolve(import.meta.dirname, '../../bin/berth');

/** The berth command line, pointed at a daemon. */
export interface BerthEndpoint extends AsyncDisposable {
  readonly host: string;
  /** What points a program started in the test's own way at the daemon, and `BERTH`, the command. */
  readonly environment: Readonly<Record<string, string>>;
  run(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** The trimmed standard output; fails unless the exit status is 0. */
  ok(args: readonly string[], options?: CommandOptions): Promise<string>;
  /** Runs a shell script in a terminal of its own, with `$BERTH` as the command. */
  inTerminal(script: string, options?: CommandOptions): Promise<CommandResult>;
  /** Runs a shell script, with `$BERTH` as the command. */
  inShell(script: string, options?: CommandOptions): Promise<CommandResult>;
}

/** The daemon at BERTH_TEST_HOST, which must have the image `busybox`, or a berthd of the test's own. */
export async function openBerth(): Promise<BerthEndpoint> {
  const given = process.env.BERTH_TEST_HOST;
  const daemon = given === undefined ? await TestDaemon.start() : undefined;
  const host = given ?? daemon?.host ?? '';
  const env = { BERTH_HOST: host, DOCKER_HOST: host, BERTH: launcher };
  const run = (args: readonly string[], options: CommandOptions = {}) =>
    runCommand(launcher, args, { ...options, env: { ...env, ...options.env } });
  return {
    host,
    environment: env,
    run,
    async ok(args, options) {
      const result = await run(args, options);
      if (result.code === 0) return result.stdout.trimEnd();
      throw new Error(`berth ${args.join(' ')} ended with ${result.code}: ${result.stderr}`);
    },
    inTerminal: (script, options = {}) =>
      runCommand('script', ['-qec', script, '/dev/null'], {
        ...options,
        env: { ...env, ...options.env },
      }),
    inShell: (script, options = {}) =>
      runCommand('sh', ['-c', script], { ...options, env: { ...env, ...options.env } }),
    async [Symbol.asyncDispose]() {
      await daemon?.[Symbol.asyncDispose]();
    },
  };
}
