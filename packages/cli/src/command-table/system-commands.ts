import type { CommandDefinition } from './command-definition.ts';
import { group } from './root-command.ts';
import {
  filterFlag,
  forcePruneFlag,
  formatFlag,
  pruneFilterFlag,
  tableFormatFlag,
} from './shared-flags.ts';

/** The subcommands of `berth system`. */
export const systemCommands: readonly CommandDefinition[] = [
  {
    name: 'check',
    summary: 'Check that all images are whole, and repair them',
    arguments: { min: 0, max: 0 },
    flags: [
      {
        name: 'repair',
        type: 'bool',
        help: 'Fetch damaged blobs from their registries and unpack damaged layers again',
      },
    ],
    load: () => import('../commands/system-check.ts').then((m) => m.checkSystem),
  },
  {
    name: 'df',
    summary: 'Show what takes disk space',
    apiVersion: '1.25',
    arguments: { min: 0, max: 0 },
    flags: [
      {
        name: 'explain',
        type: 'bool',
        help: 'Account for every byte below the data root, each counted once',
      },
      tableFormatFlag,
      { name: 'verbose', short: 'v', type: 'bool', help: 'Show every object' },
    ],
    load: () => import('../commands/system-df.ts').then((m) => m.showDiskUse),
  },
  {
    name: 'dial-stdio',
    summary: 'Connect standard input and output with the daemon, for ssh:// hosts',
    arguments: { min: 0, max: 0 },
    hidden: true,
    load: () => import('../commands/system-dial-stdio.ts').then((m) => m.dialStdio),
  },
  {
    name: 'events',
    summary: 'Show what happens in the daemon, live',
    fullNames: ['berth system events', 'berth events'],
    arguments: { min: 0, max: 0 },
    flags: [
      filterFlag,
      { name: 'format', type: 'string', help: formatFlag.help },
      { name: 'since', type: 'string', help: 'From a time or an age' },
      { name: 'until', type: 'string', help: 'Up to a time or an age' },
    ],
    load: () => import('../commands/system-events.ts').then((m) => m.showEvents),
  },
  {
    name: 'info',
    summary: 'Show what is known of the daemon and its host',
    fullNames: ['berth system info', 'berth info'],
    arguments: { min: 0, max: 0 },
    section: 'common',
    flags: [formatFlag],
    load: () => import('../commands/system-info.ts').then((m) => m.showInfo),
  },
  {
    name: 'prune',
    summary: 'Remove everything that is not used',
    apiVersion: '1.25',
    arguments: { min: 0, max: 0 },
    flags: [
      {
        name: 'all',
        short: 'a',
        type: 'bool',
        help: 'Remove all unused images, not only untagged ones',
      },
      { ...pruneFilterFlag, apiVersion: '1.28' },
      forcePruneFlag,
      { name: 'volumes', type: 'bool', help: 'Remove anonymous volumes too' },
    ],
    load: () => import('../commands/system-prune.ts').then((m) => m.pruneSystem),
  },
];

export const versionCommand: CommandDefinition = {
  name: 'version',
  summary: 'Show the versions of client and daemon',
  arguments: { min: 0, max: 0 },
  section: 'common',
  flags: [formatFlag],
  load: () => import('../commands/version.ts').then((m) => m.showVersion),
};

export const inspectCommand: CommandDefinition = {
  name: 'inspect',
  summary: 'Show all that is known of objects of any kind',
  usage: 'NAME|ID [NAME|ID...]',
  arguments: { min: 1 },
  completes: 'objects',
  flags: [
    formatFlag,
    { name: 'size', short: 's', type: 'bool', help: 'Show file sizes of containers' },
    {
      name: 'type',
      type: 'string',
      help: 'Kind of the objects',
      choices: ['container', 'image', 'network', 'volume'],
    },
  ],
  load: () => import('../commands/object-inspect.ts').then((m) => m.inspectObjects),
};

export const completionCommand: CommandDefinition = {
  name: 'completion',
  summary: 'Print the completion script for a shell',
  usage: 'bash|zsh|fish',
  arguments: { min: 1, max: 1 },
  completes: ['shells'],
  hidden: true,
  load: () => import('../commands/completion.ts').then((m) => m.printCompletion),
};

export const systemGroup: CommandDefinition = group('system', 'Manage Berth', systemCommands);
