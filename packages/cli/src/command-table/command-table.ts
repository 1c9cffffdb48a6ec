import type { CommandDefinition } from './command-definition.ts';
import { containerLifecycle, containerLists, containerStreams } from './container-commands.ts';
import { containerCreation, containerUpdate } from './container-creation-commands.ts';
import { contextGroup } from './context-commands.ts';
import { imageCommands } from './image-commands.ts';
import { later } from './later-commands.ts';
import { networkGroup } from './network-commands.ts';
import { processLists } from './process-commands.ts';
import { manifestCommands, registryCommands } from './registry-commands.ts';
import { group, promoted, rootCommand, same } from './root-command.ts';
import {
  completionCommand,
  inspectCommand,
  systemCommands,
  systemGroup,
  versionCommand,
} from './system-commands.ts';
import { volumeGroup } from './volume-commands.ts';

/** The subcommands of `berth container`. */
const containerCommands: readonly CommandDefinition[] = [
  ...containerCreation,
  ...containerLifecycle,
  containerUpdate,
  ...containerStreams,
  ...containerLists,
  ...processLists,
];

/** The whole command line. */
export const commandTable: CommandDefinition = rootCommand([
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
  volumeGroup,
  networkGroup,
  contextGroup,
  systemGroup,
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
]);
