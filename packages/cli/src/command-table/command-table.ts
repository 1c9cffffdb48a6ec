import type { FlagDefinition } from '../flags/flag-definition.ts';
import type { CommandDefinition } from './command-definition.ts';
import { containerCommands } from './container-commands.ts';
import { contextCommands } from './context-commands.ts';
import { imageCommands } from './image-commands.ts';
import { later } from './later-commands.ts';
import { networkCommands } from './network-commands.ts';
import { manifestCommands, registryCommands } from './registry-commands.ts';
import {
  completionCommand,
  inspectCommand,
  systemCommands,
  versionCommand,
} from './system-commands.ts';
import { volumeCommands } from './volume-commands.ts';

/** The flags before the command. */
export const globalFlags: readonly FlagDefinition[] = [
  {
    name: 'config',
    type: 'string',
    help: 'Folder of the client configuration (default "~/.docker")',
  },
  {
    name: 'context',
    short: 'c',
    type: 'string',
    completes: 'contexts',
    help: 'Context that names the daemon (overrides BERTH_HOST and DOCKER_HOST)',
  },
  { name: 'debug', short: 'D', type: 'bool', help: 'Print details of failures' },
  { name: 'host', short: 'H', type: 'list', help: 'Daemon to connect to' },
  {
    name: 'log-level',
    short: 'l',
    type: 'string',
    default: 'info',
    choices: ['debug', 'info', 'warn', 'error', 'fatal'],
    help: 'Level of messages ("debug", "info", "warn", "error", "fatal")',
  },
  { name: 'tls', type: 'bool', help: 'Use TLS; implied by --tlsverify' },
  {
    name: 'tlscacert',
    type: 'string',
    help: 'Trust certificates signed by this CA only (default "~/.docker/ca.pem")',
  },
  { name: 'tlscert', type: 'string', help: 'TLS certificate (default "~/.docker/cert.pem")' },
  { name: 'tlskey', type: 'string', help: 'TLS key (default "~/.docker/key.pem")' },
  { name: 'tlsverify', type: 'bool', help: 'Use TLS and verify the daemon' },
  { name: 'version', short: 'v', type: 'bool', help: 'Print the version and end' },
];

/** Commands of a group that stand at the top as well, some under another name and without `ls`. */
function promoted(
  commands: readonly CommandDefinition[],
  names: Readonly<Record<string, string>>,
): CommandDefinition[] {
  return commands.flatMap((command) => {
    const name = names[command.name];
    if (name === undefined) return [];
    const { aliases: _, ...rest } = command;
    return [{ ...rest, name }];
  });
}

/** `names` of commands that keep their name. */
function same(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

const group = (
  name: string,
  summary: string,
  subcommands: readonly CommandDefinition[],
): CommandDefinition => ({ name, summary, section: 'management', subcommands });

/** The whole command line. */
export const commandTable: CommandDefinition = {
  name: 'berth',
  summary: 'Containers for Linux, compatible with Docker',
  flags: globalFlags,
  flagsFirst: true,
  subcommands: [
    ...promoted(containerCommands, {
      ...same('run', 'exec'),
      ls: 'ps',
    }),
    ...promoted(imageCommands, same('pull', 'push')),
    ...promoted(imageCommands, { ls: 'images' }),
    ...registryCommands,
    versionCommand,
    ...promoted(systemCommands, same('info')),
    inspectCommand,
    ...promoted(
      containerCommands,
      same(
        'attach',
        'commit',
        'cp',
        'create',
        'diff',
        'export',
        'kill',
        'logs',
        'pause',
        'port',
        'rename',
        'restart',
        'rm',
        'start',
        'stats',
        'stop',
        'top',
        'unpause',
        'update',
        'wait',
        'x-ray',
      ),
    ),
    ...promoted(imageCommands, { ...same('history', 'import', 'load', 'save', 'tag'), rm: 'rmi' }),
    ...promoted(systemCommands, same('events')),
    group('container', 'Manage containers', containerCommands),
    group('image', 'Manage images', [
      ...imageCommands,
      ...later(undefined, {
        build: 'Build an image',
      }),
    ]),
    group('manifest', 'Manage lists of image manifests', manifestCommands),
    group('volume', 'Manage volumes', [
      ...volumeCommands,
      ...later(undefined, { update: 'Change a cluster volume' }),
    ]),
    group('network', 'Manage networks', networkCommands),
    group('context', 'Manage contexts', contextCommands),
    group('system', 'Manage Berth', systemCommands),
    completionCommand,
    ...later('common', {
      build: 'Build an image from a Dockerfile',
    }),
    ...later('management', {
      bake: 'Build from a file',
      builder: 'Manage builds',
      buildx: 'Extended builds',
      checkpoint: 'Manage checkpoints',
      compose: 'Run applications of several containers',
      plugin: 'Manage plug-ins',
      trust: 'Manage trust in images',
    }),
    ...later('swarm', {
      config: 'Manage configs',
      node: 'Manage nodes',
      secret: 'Manage secrets',
      service: 'Manage services',
      stack: 'Manage stacks',
      swarm: 'Manage the swarm',
    }),
  ],
};
