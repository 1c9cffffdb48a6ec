import { checkEnvironment } from '../container-options/flag-checks.ts';
import type { FlagDefinition } from '../flags/flag-definition.ts';
import type { CommandDefinition } from './command-definition.ts';
import { containerFlags, creationFlags, pullFlag } from './container-create-flags.ts';
import { detachKeysFlag } from './shared-flags.ts';

const both = (name: string) => [`berth container ${name}`, `berth ${name}`];

/** Container commands that start something new. */
export const containerCreation: readonly CommandDefinition[] = [
  {
    name: 'run',
    summary: 'Create a container from an image and start it',
    fullNames: both('run'),
    usage: 'IMAGE [COMMAND] [ARG...]',
    arguments: { min: 1 },
    completes: 'images',
    flagsFirst: true,
    section: 'common',
    examples: ['berth run --rm -it busybox sh', 'berth run -d --name web -p 8080:80 httpd'],
    flags: [
      ...containerFlags,
      ...creationFlags,
      {
        name: 'detach',
        short: 'd',
        type: 'bool',
        help: 'Leave it in the background and print its ID',
      },
      { ...detachKeysFlag },
      pullFlag('before running'),
      { name: 'sig-proxy', type: 'bool', default: 'true', help: 'Pass signals on to the process' },
    ],
    load: () => import('../commands/container-run.ts').then((m) => m.runContainer),
  },
  {
    name: 'create',
    summary: 'Create a container without starting it',
    fullNames: both('create'),
    usage: 'IMAGE [COMMAND] [ARG...]',
    arguments: { min: 1 },
    completes: 'images',
    flagsFirst: true,
    flags: [...containerFlags, ...creationFlags, pullFlag('before creating')],
    load: () => import('../commands/container-create.ts').then((m) => m.createContainer),
  },
  {
    name: 'exec',
    summary: 'Run a command in a running container',
    fullNames: both('exec'),
    usage: 'CONTAINER COMMAND [ARG...]',
    arguments: { min: 2 },
    completes: 'running-containers',
    flagsFirst: true,
    section: 'common',
    flags: [
      { name: 'detach', short: 'd', type: 'bool', help: 'Leave the command in the background' },
      detachKeysFlag,
      {
        name: 'env',
        short: 'e',
        type: 'list',
        apiVersion: '1.25',
        check: checkEnvironment,
        help: 'Environment variable',
      },
      { name: 'env-file', type: 'list', apiVersion: '1.25', help: 'File of environment variables' },
      { name: 'interactive', short: 'i', type: 'bool', help: 'Keep STDIN open' },
      { name: 'privileged', type: 'bool', help: 'Give the command all capabilities' },
      { name: 'tty', short: 't', type: 'bool', help: 'Give the command a terminal' },
      { name: 'user', short: 'u', type: 'string', help: 'User as <name|uid>[:<group|gid>]' },
      {
        name: 'workdir',
        short: 'w',
        type: 'string',
        apiVersion: '1.35',
        help: 'Working directory in the container',
      },
    ],
    load: () => import('../commands/container-exec.ts').then((m) => m.execInContainer),
  },
];

/** What is not as it is when a container is created. */
const updateDifferences: Readonly<Record<string, Partial<FlagDefinition>>> = {
  cpus: { apiVersion: '1.29' },
  'kernel-memory': { hidden: true },
  'pids-limit': { apiVersion: '1.40' },
};

/** `berth container update`, whose flags are some of those that containers are created with. */
export const containerUpdate: CommandDefinition = {
  name: 'update',
  summary: 'Change limits and restart policy of containers',
  fullNames: both('update'),
  usage: 'CONTAINER [CONTAINER...]',
  arguments: { min: 1 },
  completes: 'containers',
  flags: containerFlags
    .filter(({ name }) =>
      /^(blkio-weight|cpu-(period|quota|rt-period|rt-runtime|shares)|cpus|cpuset-(cpus|mems)|kernel-memory|memory|memory-(reservation|swap)|pids-limit)$/.test(
        name,
      ),
    )
    .map((flag) => ({ ...flag, ...updateDifferences[flag.name] }))
    .concat({ name: 'restart', type: 'string', help: 'What to do when the container exits' }),
  load: () => import('../commands/container-update.ts').then((m) => m.updateContainers),
};
