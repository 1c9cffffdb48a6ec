import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ClientConfig } from '@berth/engine-client';
import { commandTable } from '../command-table/command-table.ts';
import { isNotYetHere } from '../command-table/later-commands.ts';
import { naturalOrder } from '../format/natural-order.ts';
import { findCommand } from '../parse-command-line.ts';

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
  /** Programs of the same name in later folders. */
  readonly shadowed: readonly string[];
}

/** A program that has a plug-in's name and is none. */
export interface BadPlugin {
  readonly name: string;
  readonly path: string;
  readonly problem: string;
  readonly shadowed: readonly string[];
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

/** The plug-in of that name, or undefined; a program that is no plug-in is none. Starts it once. */
export async function findPlugin(
  folders: readonly string[],
  name: string,
): Promise<CliPlugin | undefined> {
  const found = await describePlugin(folders, name);
  return found !== undefined && isPlugin(found) ? found : undefined;
}

/** All programs that have a plug-in's name, by name; starts each of them once. `wanted` picks names. */
export async function listPlugins(
  folders: readonly string[],
  wanted: (name: string) => boolean = () => true,
): Promise<(CliPlugin | BadPlugin)[]> {
  const names = [...new Set(folders.flatMap(candidates))].filter(wanted).sort(naturalOrder);
  const found = await Promise.all(names.map((name) => describePlugin(folders, name)));
  return found.filter((plugin) => plugin !== undefined);
}

export function isPlugin(found: CliPlugin | BadPlugin): found is CliPlugin {
  return !('problem' in found);
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

async function describePlugin(
  folders: readonly string[],
  name: string,
): Promise<CliPlugin | BadPlugin | undefined> {
  if (!namePattern.test(name)) return undefined;
  const programs = folders.map((folder) => path.join(folder, prefix + name)).filter(isProgram);
  const [program, ...shadowed] = programs;
  if (program === undefined) return undefined;
  const common = { name, path: program, shadowed };
  const own = findCommand(commandTable, name);
  if (own !== undefined && !isNotYetHere(own)) {
    return { ...common, problem: `plugin ${JSON.stringify(name)} duplicates builtin command` };
  }
  const answer = await metadataOf(program);
  return typeof answer === 'string' ? { ...common, problem: answer } : { ...common, ...answer };
}

/** What a program says of itself, or why it is no plug-in in Docker's words. */
async function metadataOf(
  program: string,
): Promise<string | Omit<CliPlugin, 'name' | 'path' | 'shadowed'>> {
  const { text, failure } = await answerOf(program, ['docker-cli-plugin-metadata']);
  if (failure !== undefined) return `failed to fetch metadata: ${failure}`;
  let metadata: Readonly<Record<string, unknown>>;
  try {
    metadata = { ...(JSON.parse(text) as Record<string, unknown>) };
  } catch {
    return 'invalid metadata: not JSON';
  }
  const { SchemaVersion, Vendor } = metadata;
  if (SchemaVersion !== '0.1.0') {
    const shown = JSON.stringify(String(SchemaVersion ?? ''));
    return `plugin SchemaVersion ${shown} is not valid, must be 0.1.0`;
  }
  if (typeof Vendor !== 'string' || Vendor === '') {
    return 'plugin metadata does not define a vendor';
  }
  return {
    vendor: Vendor,
    version: String(metadata['Version'] ?? ''),
    summary: String(metadata['ShortDescription'] ?? ''),
    url: String(metadata['URL'] ?? ''),
  };
}

/** What a plug-in prints when it is asked something, or why it said nothing. */
export function answerOf(
  program: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<{ readonly text: string; readonly failure?: string }> {
  return new Promise((resolve) => {
    const options = { encoding: 'utf8', timeout: patience, env: environment } as const;
    const child = execFile(program, words, options, (error, text) => {
      if (error === null) return resolve({ text });
      const { code, signal } = error;
      if (typeof code === 'number') return resolve({ text, failure: `exit status ${code}` });
      resolve({ text, failure: signal == null ? error.message : `signal: ${signal}` });
    });
    child.stdin?.end();
  });
}
