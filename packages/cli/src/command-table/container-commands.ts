import type { CommandDefinition } from './command-definition.ts';
import {
  detachKeysFlag,
  filterFlag,
  forcePruneFlag,
  formatFlag,
  noTruncFlag,
  pruneFilterFlag,
  quietFlag,
  tableFormatFlag,
} from './shared-flags.ts';

const both = (name: string) => [`berth container ${name}`, `berth ${name}`];
const sizeFlag = { name: 'size', short: 's', type: 'bool', help: 'Show file sizes' } as const;
const signalFlag = {
  name: 'signal',
  short: 's',
  type: 'string',
  choices: ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'],
  help: 'Signal to send',
} as const;
const timeoutFlag = {
  name: 'timeout',
  short: 't',
  type: 'int',
  help: 'Seconds to wait before killing',
} as const;
const hiddenTime = {
  name: 'time',
  type: 'int',
  aliasOf: 'timeout',
  hidden: true,
  help: '',
} as const;
const oneOrMore = { usage: 'CONTAINER [CONTAINER...]', arguments: { min: 1 } } as const;

/** Container commands that change the state of containers. */
export const containerLifecycle: readonly CommandDefinition[] = [
  {
    name: 'start',
    summary: 'Start stopped containers',
    fullNames: both('start'),
    ...oneOrMore,
    completes: 'containers',
    flags: [
      { name: 'attach', short: 'a', type: 'bool', help: 'Attach output and forward signals' },
      { name: 'checkpoint', type: 'string', help: 'Checkpoint to restore' },
      { name: 'checkpoint-dir', type: 'string', help: 'Folder of the checkpoints' },
      detachKeysFlag,
      { name: 'interactive', short: 'i', type: 'bool', help: 'Attach STDIN' },
    ],
    load: () => import('../commands/container-start.ts').then((m) => m.startContainers),
  },
  {
    name: 'stop',
    summary: 'Stop running containers',
    fullNames: both('stop'),
    ...oneOrMore,
    completes: 'running-containers',
    flags: [signalFlag, timeoutFlag, hiddenTime],
    load: () => import('../commands/container-lifecycle.ts').then((m) => m.stopContainers),
  },
  {
    name: 'restart',
    summary: 'Restart containers',
    fullNames: both('restart'),
    ...oneOrMore,
    completes: 'containers',
    flags: [signalFlag, timeoutFlag, hiddenTime],
    load: () => import('../commands/container-lifecycle.ts').then((m) => m.restartContainers),
  },
  {
    name: 'kill',
    summary: 'Kill running containers',
    fullNames: both('kill'),
    ...oneOrMore,
    completes: 'running-containers',
    flags: [signalFlag],
    load: () => import('../commands/container-lifecycle.ts').then((m) => m.killContainers),
  },
  {
    name: 'pause',
    summary: 'Freeze all processes of containers',
    fullNames: both('pause'),
    ...oneOrMore,
    completes: 'running-containers',
    load: () => import('../commands/container-lifecycle.ts').then((m) => m.pauseContainers),
  },
  {
    name: 'unpause',
    summary: 'Thaw all processes of containers',
    fullNames: both('unpause'),
    ...oneOrMore,
    completes: 'running-containers',
    load: () => import('../commands/container-lifecycle.ts').then((m) => m.unpauseContainers),
  },
  {
    name: 'wait',
    summary: 'Wait until containers stop and print their exit codes',
    fullNames: both('wait'),
    ...oneOrMore,
    completes: 'running-containers',
    load: () => import('../commands/container-lifecycle.ts').then((m) => m.waitForContainers),
  },
  {
    name: 'rm',
    summary: 'Remove containers',
    aliases: ['remove'],
    fullNames: ['berth container rm', 'berth container remove', 'berth rm'],
    ...oneOrMore,
    completes: 'containers',
    flags: [
      {
        name: 'force',
        short: 'f',
        type: 'bool',
        help: 'Kill and remove running ones too (SIGKILL)',
      },
      { name: 'link', short: 'l', type: 'bool', help: 'Remove the link of that name' },
      { name: 'volumes', short: 'v', type: 'bool', help: 'Remove its anonymous volumes too' },
    ],
    load: () => import('../commands/container-lifecycle.ts').then((m) => m.removeContainers),
  },
  {
    name: 'rename',
    summary: 'Rename a container',
    fullNames: both('rename'),
    usage: 'CONTAINER NEW_NAME',
    arguments: { min: 2, max: 2 },
    completes: ['containers'],
    load: () => import('../commands/container-lifecycle.ts').then((m) => m.renameContainer),
  },
];

/** Container commands that show what containers print. */
export const containerStreams: readonly CommandDefinition[] = [
  {
    name: 'attach',
    summary: "Attach the terminal to a running container's streams",
    fullNames: both('attach'),
    usage: 'CONTAINER',
    arguments: { min: 1, max: 1 },
    completes: 'running-containers',
    flags: [
      detachKeysFlag,
      { name: 'no-stdin', type: 'bool', help: 'Do not attach STDIN' },
      { name: 'sig-proxy', type: 'bool', default: 'true', help: 'Pass signals on to the process' },
    ],
    load: () => import('../commands/container-attach.ts').then((m) => m.attachToContainer),
  },
  {
    name: 'logs',
    summary: 'Show the output of a container',
    fullNames: both('logs'),
    usage: 'CONTAINER',
    arguments: { min: 1, max: 1 },
    completes: 'containers',
    flags: [
      { name: 'details', type: 'bool', help: 'Show the details kept with each line' },
      { name: 'follow', short: 'f', type: 'bool', help: 'Go on with new output' },
      {
        name: 'since',
        type: 'string',
        help: 'From a time (e.g. "2013-01-02T13:23:37Z") or an age (e.g. "42m")',
      },
      {
        name: 'tail',
        short: 'n',
        type: 'string',
        default: 'all',
        help: 'Number of lines from the end',
      },
      { name: 'timestamps', short: 't', type: 'bool', help: 'Show the time of each line' },
      {
        name: 'until',
        type: 'string',
        apiVersion: '1.35',
        help: 'Up to a time (e.g. "2013-01-02T13:23:37Z") or an age (e.g. "42m")',
      },
    ],
    load: () => import('../commands/container-logs.ts').then((m) => m.showLogs),
  },
];

/** Container commands about containers in general. */
export const containerLists: readonly CommandDefinition[] = [
  {
    name: 'ls',
    summary: 'List containers',
    aliases: ['list', 'ps'],
    fullNames: ['berth container ls', 'berth container list', 'berth container ps', 'berth ps'],
    arguments: { min: 0, max: 0 },
    section: 'common',
    flags: [
      { name: 'all', short: 'a', type: 'bool', help: 'Show all containers, not only running ones' },
      filterFlag,
      tableFormatFlag,
      {
        name: 'last',
        short: 'n',
        type: 'int',
        default: '-1',
        help: 'Show the last n created containers, running or not',
      },
      {
        name: 'latest',
        short: 'l',
        type: 'bool',
        help: 'Show the container created last, running or not',
      },
      noTruncFlag,
      quietFlag,
      sizeFlag,
      { name: 'watch', type: 'bool', help: 'Show the list live, until Ctrl-C' },
    ],
    load: () => import('../commands/container-list.ts').then((m) => m.listContainers),
  },
  {
    name: 'inspect',
    summary: 'Show all that is known of containers',
    usage: 'CONTAINER [CONTAINER...]',
    arguments: { min: 1 },
    completes: 'containers',
    flags: [formatFlag, sizeFlag],
    load: () => import('../commands/object-inspect.ts').then((m) => m.inspectContainers),
  },
  {
    name: 'prune',
    summary: 'Remove all stopped containers',
    apiVersion: '1.25',
    arguments: { min: 0, max: 0 },
    flags: [pruneFilterFlag, forcePruneFlag],
    load: () => import('../commands/object-prune.ts').then((m) => m.pruneContainers),
  },
];
