import type { FlagDefinition } from '../flags/flag-definition.ts';
import type { CommandDefinition } from './command-definition.ts';

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

/** `berth` with those commands. */
export function rootCommand(subcommands: readonly CommandDefinition[]): CommandDefinition {
  return {
    name: 'berth',
    summary: 'Containers for Linux, compatible with Docker',
    flags: globalFlags,
    flagsFirst: true,
    subcommands,
  };
}

/** A command that only has subcommands. */
export const group = (
  name: string,
  summary: string,
  subcommands: readonly CommandDefinition[],
): CommandDefinition => ({ name, summary, section: 'management', subcommands });

/** Commands of a group that stand at the top as well, some under another name and without `ls`. */
export function promoted(
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
export function same(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}
