import { flushCompileCache } from 'node:module';
import process from 'node:process';
import { EngineError, engineError } from '@berth/errors';
import { createLinuxKernel } from '@berth/kernel';
import { composeEngine } from './compose-engine.ts';
import { loadConfig } from './config/load-config.ts';
import type { DaemonConfig, PartialConfig } from './config/option-table.ts';
import { parseFlags } from './config/parse-flags.ts';
import { usage } from './config/usage.ts';
import { Daemon, logLevelOf } from './daemon.ts';
import { jsonFormat, textFormat } from './logging/log-format.ts';
import { debugTopics, Logger } from './logging/logger.ts';
import { handleSignals } from './server/signals.ts';
import { readBuildInfo } from './system/build-info.ts';

const build = readBuildInfo();

/** Runs berthd with the given command line. Resolves once it serves, or has printed what was asked for. */
async function main(args: readonly string[]): Promise<void> {
  const flags = parseFlags(args);
  if (flags.help === true) return print(usage());
  if (flags.version === true) {
    return print(`Berth version ${build.version}, build ${build.gitCommit || 'unknown'}\n`);
  }
  const config = loadConfig(flags);
  if (config.validate) return print('configuration OK\n');
  if (process.geteuid?.() !== 0) throw engineError('daemon.not-root', {});
  await serve(flags, config);
}

async function serve(flags: PartialConfig, config: DaemonConfig): Promise<void> {
  const logger = createLogger(config);
  const kernel = createLinuxKernel();
  kernel.files.setUmask(0);
  kernel.host.setProcessTitle('berthd');
  process.on('uncaughtException', (error) => {
    logger.fatal('daemon', 'Unexpected failure; containers go on running', { error });
    process.exit(1);
  });
  process.on('unhandledRejection', (error) => {
    logger.error('daemon', 'A failure that nobody waited for', { error });
  });
  const daemon = new Daemon({
    flags,
    config,
    kernel,
    logger,
    build,
    watchEventLoop: debugTopics(process.env.DEBUG).has('loop'),
    composeEngine: (current) => composeEngine({ config: current, kernel, logger, build }),
  });
  handleSignals(daemon, logger);
  logger.info('daemon', 'Starting up', { version: build.version, pid: process.pid });
  await daemon.start();
  // A daemon that is killed later could not.
  flushCompileCache();
}

function createLogger(config: DaemonConfig): Logger {
  return new Logger({
    level: logLevelOf(config),
    format: config['log-format'] === 'json' ? jsonFormat : textFormat,
    write: (line) => process.stderr.write(line),
    topics: debugTopics(process.env.DEBUG),
  });
}

function print(text: string): void {
  process.stdout.write(text);
}

/** A failed start says why on one line; the stack is shown for bugs only. */
function fail(error: unknown): void {
  const text =
    error instanceof EngineError
      ? `berthd: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`
      : `berthd: internal error: ${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

main(process.argv.slice(2)).catch(fail);
