import type { FlagDefinition } from '../flags/flag-definition.ts';
import type { CommandDefinition } from './command-definition.ts';
import { group } from './root-command.ts';
import { formatFlag, tableFormatFlag } from './shared-flags.ts';

const endpointKeys = `The keys of --docker:
  from              copy the endpoint of another context
  host              the daemon: unix://, tcp://, ssh://
  ca, cert, key     TLS files
  skip-tls-verify   accept any certificate of the daemon`;

const description: FlagDefinition = {
  name: 'description',
  type: 'string',
  help: 'Description of the context',
};
const dockerEndpoint: FlagDefinition = {
  name: 'docker',
  type: 'settings',
  help: 'The daemon, as key=value pairs',
};

/** The subcommands of `berth context`. */
const contextCommands: readonly CommandDefinition[] = [
  {
    name: 'create',
    summary: 'Create a context, by default a copy of the one in use',
    description: endpointKeys,
    usage: 'CONTEXT',
    arguments: { min: 1, max: 1 },
    flags: [description, dockerEndpoint, { name: 'from', type: 'string', help: 'Context to copy' }],
    examples: [
      'berth context create lab --docker host=ssh://root@lab',
      'berth context create prod --docker "host=tcp://prod:2376,ca=ca.pem,cert=cert.pem,key=key.pem"',
    ],
    load: () => import('../commands/context-create.ts').then((m) => m.createContext),
  },
  {
    name: 'export',
    summary: 'Write a context to a file, or with - to standard output',
    usage: 'CONTEXT [FILE|-]',
    arguments: { min: 1, max: 2 },
    completes: 'contexts',
    load: () => import('../commands/context-archive.ts').then((m) => m.exportContext),
  },
  {
    name: 'import',
    summary: 'Make a context of an exported file',
    usage: 'CONTEXT FILE|-',
    arguments: { min: 2, max: 2 },
    completes: 'files',
    load: () => import('../commands/context-archive.ts').then((m) => m.importContext),
  },
  {
    name: 'inspect',
    summary: 'Show all that is known of contexts',
    usage: '[CONTEXT] [CONTEXT...]',
    arguments: { min: 0 },
    completes: 'contexts',
    flags: [formatFlag],
    load: () => import('../commands/context-inspect.ts').then((m) => m.inspectContexts),
  },
  {
    name: 'ls',
    summary: 'List contexts',
    aliases: ['list'],
    fullNames: ['berth context ls', 'berth context list'],
    arguments: { min: 0, max: 0 },
    flags: [tableFormatFlag, { name: 'quiet', short: 'q', type: 'bool', help: 'Print names only' }],
    load: () => import('../commands/context-list.ts').then((m) => m.listContexts),
  },
  {
    name: 'rm',
    summary: 'Remove contexts',
    aliases: ['remove'],
    fullNames: ['berth context rm', 'berth context remove'],
    usage: 'CONTEXT [CONTEXT...]',
    arguments: { min: 1 },
    completes: 'contexts',
    flags: [{ name: 'force', short: 'f', type: 'bool', help: 'Remove the context in use as well' }],
    load: () => import('../commands/context-use.ts').then((m) => m.removeContexts),
  },
  {
    name: 'show',
    summary: 'Print the name of the context in use',
    arguments: { min: 0, max: 0 },
    load: () => import('../commands/context-list.ts').then((m) => m.showContext),
  },
  {
    name: 'update',
    summary: 'Change a context',
    description: endpointKeys,
    usage: 'CONTEXT',
    arguments: { min: 1, max: 1 },
    completes: 'contexts',
    flags: [description, dockerEndpoint],
    load: () => import('../commands/context-create.ts').then((m) => m.updateContext),
  },
  {
    name: 'use',
    summary: 'Set the context in use',
    usage: 'CONTEXT',
    arguments: { min: 1, max: 1 },
    completes: 'contexts',
    load: () => import('../commands/context-use.ts').then((m) => m.useContext),
  },
];

export const contextGroup: CommandDefinition = group('context', 'Manage contexts', contextCommands);
