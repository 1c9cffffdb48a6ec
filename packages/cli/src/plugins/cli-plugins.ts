import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ClientConfig } from '@berth/engine-client';
import { CommandError } from '../usage-error.ts';

/**
 * Command-line plug-ins: programs `docker-NAME` in Docker's plug-in folders add the command `NAME` (compose, buildx …).
 * What they are and how they are called: docker/cli, `cli-plugins/metadata`.
 */

/** What a plug-in says of itself. */
export interface CliPlugin {
  readonly name: string;
  readonly path: string;
  readonly vendor: string;
  readonly version: string;
  readonly summary: string;
  readonly url: string;
}

const prefix = 'docker-';
const namePattern = /^[a-z][a-z0-9]*$/;

/** Where the programs of all users lie; those of the user come before. */
const systemFolders = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** The folders that are searched, in order. */
export function pluginFolders(config: ClientConfig, configFolder: string): string[] {
  return [
    ...(config.cliPluginsExtraDirs ?? []),
    path.join(configFolder, 'cli-plugins'),
    ...systemFolders,
  ];
}

/** The program of a plug-in, or undefined. */
export function findPlugin(folders: readonly string[], name: string): string | undefined {
  if (!namePattern.test(name)) return undefined;
  return folders.map((folder) => path.join(folder, prefix + name)).find(isProgram);
}

/** All programs that have a plug-in's name, by name. Starts each of them once. */
export function listPlugins(folders: readonly string[]): (CliPlugin | BadPlugin)[] {
  const names = new Set(folders.flatMap(candidates));
  return [...names].sort().flatMap((name) => {
    const program = findPlugin(folders, name);
    return program === undefined ? [] : [describePlugin(name, program)];
  });
}

/**
 * Becomes the plug-in: this process is replaced, so that signals, the terminal and the exit code are its own. `words` are
 * all words of the command line, global flags included.
 */
export function runPlugin(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): never {
  const set = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const original = { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: process.argv[1] ?? 'berth' };
  if (process.execve === undefined) throw new CommandError('plug-ins need Node 24');
  try {
    return process.execve(program, [program, ...words], {
      ...Object.fromEntries(set),
      ...original,
    });
  } catch (error) {
    throw new CommandError(`cannot start the plug-in ${program}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function candidates(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.startsWith(prefix))
      .map((file) => file.slice(prefix.length))
      .filter((name) => namePattern.test(name));
  } catch {
    return [];
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** How long a plug-in may take to describe itself, in milliseconds. */
const patience = 5000;

/** A program that has a plug-in's name and is none. */
export interface BadPlugin {
  readonly name: string;
  readonly path: string;
  readonly problem: string;
}

/** Asks a program what it is; starts it once. */
export function describePlugin(name: string, program: string): CliPlugin | BadPlugin {
  const { stdout, status, signal, error } = spawnSync(program, ['docker-cli-plugin-metadata'], {
    encoding: 'utf8',
    timeout: patience,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const bad = (problem: string) => ({ name, path: program, problem });
  if (status !== 0) {
    const reason =
      error?.message ?? (signal === null ? `exit status ${status}` : `signal: ${signal}`);
    return bad(`failed to fetch metadata: ${reason}`);
  }
  let metadata: Readonly<Record<string, unknown>>;
  try {
    metadata = { ...(JSON.parse(stdout) as Record<string, unknown>) };
  } catch (cause) {
    return bad(`invalid metadata: ${(cause as Error).message}`);
  }
  const { SchemaVersion, Vendor } = metadata;
  if (SchemaVersion !== '0.1.0') {
    const shown = JSON.stringify(String(SchemaVersion ?? ''));
    return bad(`plugin SchemaVersion ${shown} is not valid, must be 0.1.0`);
  }
  if (typeof Vendor !== 'string' || Vendor === '') {
    return bad('plugin metadata does not define a vendor');
  }
  return {
    ...{ name, path: program, vendor: Vendor },
    version: String(metadata['Version'] ?? ''),
    summary: String(metadata['ShortDescription'] ?? ''),
    url: String(metadata['URL'] ?? ''),
  };
}

export function isPlugin(found: CliPlugin | BadPlugin): found is CliPlugin {
  return !('problem' in found);
}
