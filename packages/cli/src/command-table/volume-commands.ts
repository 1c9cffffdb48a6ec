import { checkLabel } from '../container-options/flag-checks.ts';
import type { CommandDefinition } from './command-definition.ts';
import { later } from './later-commands.ts';
import { group } from './root-command.ts';
import {
  filterFlag,
  forcePruneFlag,
  formatFlag,
  pruneFilterFlag,
  quietFlag,
  tableFormatFlag,
} from './shared-flags.ts';

/** The subcommands of `berth volume` that are there. */
const volumeCommands: readonly CommandDefinition[] = [
  {
    name: 'clone',
    summary: 'Make a volume with the files of another one',
    usage: 'SOURCE VOLUME',
    arguments: { min: 2, max: 2 },
    completes: 'volumes',
    flags: [],
    load: () => import('../commands/volume-transfer.ts').then((m) => m.cloneVolume),
  },
  {
    name: 'create',
    summary: 'Create a volume',
    usage: '[VOLUME]',
    arguments: { min: 0, max: 1 },
    flags: [
      { name: 'driver', short: 'd', type: 'string', default: 'local', help: 'Volume driver' },
      { name: 'label', type: 'list', check: checkLabel, help: 'Label (key=value)' },
      { name: 'name', type: 'string', hidden: true, help: 'Name of the volume' },
      { name: 'opt', short: 'o', type: 'map', help: 'Option of the driver' },
    ],
    load: () => import('../commands/volume-create.ts').then((m) => m.createVolume),
  },
  {
    name: 'export',
    summary: "Write a volume's files to a tar archive",
    usage: 'VOLUME',
    arguments: { min: 1, max: 1 },
    completes: 'volumes',
    flags: [
      {
        name: 'output',
        short: 'o',
        type: 'string',
        help: 'Write to a file instead of standard output',
      },
    ],
    load: () => import('../commands/volume-transfer.ts').then((m) => m.exportVolume),
  },
  {
    name: 'import',
    summary: 'Make a volume with the files of a tar archive',
    usage: 'VOLUME FILE|-',
    arguments: { min: 2, max: 2 },
    flags: [],
    load: () => import('../commands/volume-transfer.ts').then((m) => m.importVolume),
  },
  {
    name: 'inspect',
    summary: 'Show all that is known of volumes',
    usage: 'VOLUME [VOLUME...]',
    arguments: { min: 1 },
    completes: 'volumes',
    flags: [formatFlag],
    load: () => import('../commands/object-inspect.ts').then((m) => m.inspectVolumes),
  },
  {
    name: 'ls',
    summary: 'List volumes',
    aliases: ['list'],
    fullNames: ['berth volume ls', 'berth volume list'],
    arguments: { min: 0, max: 0 },
    flags: [filterFlag, tableFormatFlag, quietFlag],
    load: () => import('../commands/volume-list.ts').then((m) => m.listVolumes),
  },
  {
    name: 'prune',
    summary: 'Remove unused local volumes',
    apiVersion: '1.25',
    arguments: { min: 0, max: 0 },
    flags: [
      {
        name: 'all',
        short: 'a',
        type: 'bool',
        apiVersion: '1.42',
        help: 'Remove all unused volumes, not only anonymous ones',
      },
      pruneFilterFlag,
      forcePruneFlag,
    ],
    load: () => import('../commands/object-prune.ts').then((m) => m.pruneVolumes),
  },
  {
    name: 'rm',
    summary: 'Remove volumes that no container uses',
    aliases: ['remove'],
    fullNames: ['berth volume rm', 'berth volume remove'],
    usage: 'VOLUME [VOLUME...]',
    arguments: { min: 1 },
    completes: 'volumes',
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        apiVersion: '1.25',
        help: 'Do not fail when a volume does not exist',
      },
    ],
    load: () => import('../commands/volume-remove.ts').then((m) => m.removeVolumes),
  },
];

export const volumeGroup: CommandDefinition = group('volume', 'Manage volumes', [
  ...volumeCommands,
  ...later(undefined, { update: 'Change a cluster volume' }),
]);
