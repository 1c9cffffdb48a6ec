import type { CommandDefinition } from './command-definition.ts';
import { noTruncFlag, tableFormatFlag } from './shared-flags.ts';

const both = (name: string) => [`berth container ${name}`, `berth ${name}`];

/** Container commands that look into one container, or move files in and out. */
export const processLists: readonly CommandDefinition[] = [
  {
    name: 'top',
    summary: 'Show the processes of a container',
    fullNames: both('top'),
    usage: 'CONTAINER [ps OPTIONS]',
    arguments: { min: 1 },
    completes: ['running-containers'],
    flagsFirst: true,
    load: () => import('../commands/container-top.ts').then((m) => m.showProcesses),
  },
  {
    name: 'port',
    summary: 'Show the published ports of a container',
    fullNames: both('port'),
    usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
    arguments: { min: 1, max: 2 },
    completes: ['running-containers'],
    load: () => import('../commands/container-port.ts').then((m) => m.showPorts),
  },
  {
    name: 'diff',
    summary: "Show what changed in a container's file system",
    fullNames: both('diff'),
    usage: 'CONTAINER',
    arguments: { min: 1, max: 1 },
    completes: 'containers',
    flags: [{ ...tableFormatFlag, hidden: true }],
    load: () => import('../commands/container-diff.ts').then((m) => m.showChanges),
  },
  {
    name: 'stats',
    summary: 'Show what containers use, live',
    fullNames: both('stats'),
    usage: '[CONTAINER...]',
    arguments: { min: 0 },
    completes: 'running-containers',
    flags: [
      { name: 'all', short: 'a', type: 'bool', help: 'Show all containers, not only running ones' },
      tableFormatFlag,
      { name: 'no-stream', type: 'bool', help: 'Print one measurement and end' },
      noTruncFlag,
    ],
    load: () => import('../commands/container-stats.ts').then((m) => m.showStats),
  },
  {
    name: 'cp',
    summary: 'Copy files between a container and the host',
    description:
      "'-' as the source reads a tar archive from STDIN, '-' as the destination writes one to STDOUT.",
    fullNames: both('cp'),
    usage: ['CONTAINER:SRC_PATH DEST_PATH|-', 'SRC_PATH|- CONTAINER:DEST_PATH'],
    arguments: { min: 2, max: 2 },
    completes: 'container-paths',
    flags: [
      { name: 'archive', short: 'a', type: 'bool', help: 'Keep user and group IDs' },
      { name: 'follow-link', short: 'L', type: 'bool', help: 'Follow symbolic links in SRC_PATH' },
      { name: 'quiet', short: 'q', type: 'bool', help: 'Do not show progress' },
    ],
    load: () => import('../commands/container-copy.ts').then((m) => m.copyFiles),
  },
  {
    name: 'export',
    summary: "Write a container's file system as a tar archive",
    fullNames: both('export'),
    usage: 'CONTAINER',
    arguments: { min: 1, max: 1 },
    completes: 'containers',
    flags: [
      { name: 'output', short: 'o', type: 'string', help: 'File to write to, instead of STDOUT' },
    ],
    load: () => import('../commands/container-export.ts').then((m) => m.exportContainer),
  },
  {
    name: 'commit',
    summary: 'Make an image from what changed in a container',
    fullNames: both('commit'),
    usage: 'CONTAINER [REPOSITORY[:TAG]]',
    arguments: { min: 1, max: 2 },
    completes: ['containers', 'images'],
    flags: [
      {
        name: 'author',
        short: 'a',
        type: 'string',
        help: 'Author (e.g. "Jane Doe <jane@example.com>")',
      },
      { name: 'change', short: 'c', type: 'list', help: 'Dockerfile instruction to apply' },
      { name: 'message', short: 'm', type: 'string', help: 'Message of the commit' },
      {
        name: 'pause',
        short: 'p',
        type: 'bool',
        default: 'true',
        help: 'Pause the container meanwhile',
      },
    ],
    load: () => import('../commands/container-commit.ts').then((m) => m.commitContainer),
  },
  {
    name: 'x-ray',
    summary: 'Show what a container is on its host',
    fullNames: both('x-ray'),
    usage: 'CONTAINER',
    arguments: { min: 1, max: 1 },
    completes: 'containers',
    flags: [{ name: 'json', type: 'bool', help: 'Print it as JSON' }],
    load: () => import('../commands/container-xray.ts').then((m) => m.xrayContainer),
  },
];
