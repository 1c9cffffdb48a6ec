import { globalWords } from '../parse-command-line.ts';
import type { CommandDefinition } from './command-definition.ts';
import { promoted, rootCommand, same } from './root-command.ts';

/** A file of the table, by the first words of the command lines that need no other. */
interface TableFile {
  readonly words: readonly string[];
  readonly commands: () => Promise<readonly CommandDefinition[]>;
}

const files: readonly TableFile[] = [
  {
    words: ['ps', 'logs', 'attach', 'start', 'stop', 'restart', 'kill', 'pause', 'unpause'],
    commands: generalCommands,
  },
  { words: ['wait', 'rm', 'rename'], commands: generalCommands },
  {
    words: ['run', 'exec', 'create', 'update'],
    commands: async () => {
      const { containerCreation, containerUpdate } = await import(
        './container-creation-commands.ts'
      );
      return [...containerCreation, containerUpdate].flatMap(asAtTop);
    },
  },
  {
    words: ['top', 'port', 'diff', 'stats', 'cp', 'export', 'commit', 'x-ray'],
    commands: async () => (await import('./process-commands.ts')).processLists.flatMap(asAtTop),
  },
  {
    words: ['images', 'pull', 'push', 'history', 'import', 'load', 'save', 'tag', 'rmi'],
    commands: async () => {
      const { imageCommands } = await import('./image-commands.ts');
      const moved = promoted(imageCommands, { ls: 'images', rm: 'rmi' });
      return [...moved, ...imageCommands.flatMap(asAtTop)];
    },
  },
  {
    words: ['login', 'logout', 'search'],
    commands: async () => (await import('./registry-commands.ts')).registryCommands,
  },
  {
    words: ['version', 'inspect', 'system', 'info', 'events'],
    commands: async () => {
      const { inspectCommand, systemCommands, systemGroup, versionCommand } = await import(
        './system-commands.ts'
      );
      return [versionCommand, inspectCommand, systemGroup, ...systemCommands.flatMap(asAtTop)];
    },
  },
  {
    words: ['volume'],
    commands: async () => [(await import('./volume-commands.ts')).volumeGroup],
  },
  {
    words: ['network'],
    commands: async () => [(await import('./network-commands.ts')).networkGroup],
  },
  {
    words: ['context'],
    commands: async () => [(await import('./context-commands.ts')).contextGroup],
  },
];

async function generalCommands(): Promise<readonly CommandDefinition[]> {
  const { containerLifecycle, containerLists, containerStreams } = await import(
    './container-commands.ts'
  );
  const moved = promoted(containerLists, { ls: 'ps' });
  return [...moved, ...[...containerLifecycle, ...containerStreams].flatMap(asAtTop)];
}

function asAtTop(command: CommandDefinition): CommandDefinition[] {
  return promoted([command], same(command.name));
}

/**
 * As much of the command table as the command line needs, which is the whole of it for help, for a mistake and for
 * words that are no command: making all of it takes longer than most commands.
 */
export async function tableFor(words: readonly string[]): Promise<CommandDefinition> {
  const [name] = globalWords(words);
  const file = files.find((it) => name !== undefined && it.words.includes(name));
  const command = (await file?.commands())?.find((it) => it.name === name);
  if (command !== undefined) return rootCommand([command]);
  return (await import('./command-table.ts')).commandTable;
}
