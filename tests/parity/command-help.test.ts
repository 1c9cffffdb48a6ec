import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { CommandDefinition } from '@berth/cli/command-table/command-definition.ts';
import { commandTable } from '@berth/cli/command-table/command-table.ts';
import type { FlagDefinition } from '@berth/cli/flags/flag-definition.ts';
import { flagTypes } from '@berth/cli/flags/flag-types.ts';
import { usageLine } from '@berth/cli/help/command-help.ts';
import { findCommand } from '@berth/cli/parse-command-line.ts';
import { type DockerCommand, dockerCommands } from '../clients/docker-help.ts';

/** The command table beside the help of the stock client: every command, flag, shorthand, type and usage line. */

/** Commands that Berth answers with "not implemented", with all below them. */
const later =
  /^((image )?build|builder|checkpoint|plugin|trust|volume update|config|node|secret|service|stack|swarm)( |$)/;

/** What differs on purpose: path, then what differs, then why. */
const differences: readonly (readonly [path: RegExp, what: RegExp, why: string])[] = [
  [/^(container )?(run|create)$/, /--gpus/, 'shown here; the stock client hides it'],
  [/^(ps|container ls)$/, /--watch/, 'our own'],
  [/^system df$/, /--explain/, 'our own'],
  [/^((image )?(load|save))$/, /--platform/, 'several may be given, as in later clients'],
  [
    /^context (export|rm)$|^network rm$|^manifest create$/,
    /^usage/,
    'OPTIONS stands there just when there are some',
  ],
  [
    /^volume (create|ls)$/,
    /--(availability|group|limit-bytes|required-bytes|scope|secret|sharing|topology-\w+|type|cluster)\b/,
    'cluster volumes need the swarm',
  ],
];

let commands: readonly DockerCommand[];
before(async () => {
  commands = await dockerCommands();
});

function ourCommand(path: string): CommandDefinition | undefined {
  const words = path === '' ? [] : path.split(' ');
  return words.reduce<CommandDefinition | undefined>(
    (parent, word) => (parent === undefined ? undefined : findCommand(parent, word)),
    commandTable,
  );
}

function shown(flag: FlagDefinition): string {
  const type = flag.shownType ?? flagTypes[flag.type].shown;
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  return `${short}--${flag.name}${type === '' ? '' : ` ${type}`}`;
}

/** Everything about one command that is not the same here and there. */
function unlike(theirs: DockerCommand): string[] {
  const ours = ourCommand(theirs.path);
  if (ours === undefined) return ['there is no such command'];
  const flags = (ours.flags ?? []).filter((flag) => !flag.hidden).map(shown);
  const words = ['docker', ...theirs.path.split(' ').filter((word) => word !== '')];
  const usage = usageLine({ words, command: ours }).split('\n')[0];
  return [
    ...theirs.flags.filter((flag) => !flags.includes(flag)).map((flag) => `missing ${flag}`),
    ...flags.filter((flag) => !theirs.flags.includes(flag)).map((flag) => `more ${flag}`),
    ...(usage === theirs.usage ? [] : [`usage ${usage} and ${theirs.usage}`]),
  ];
}

describe('the command table has what the stock client has', () => {
  test('commands, flags and usage lines', () => {
    assert.ok(commands.length > 100, `only ${commands.length} commands were read`);
    const found = commands
      .filter(({ path }) => !later.test(path))
      .flatMap((theirs) => unlike(theirs).map((what) => ({ path: theirs.path, what })));
    const known = ({ path, what }: { readonly path: string; readonly what: string }) =>
      differences.some(([where, which]) => where.test(path) && which.test(what));
    assert.deepEqual(
      found.filter((difference) => !known(difference)).map(({ path, what }) => `${path}: ${what}`),
      [],
    );
    const stale = differences.filter(
      ([where, which]) => !found.some(({ path, what }) => where.test(path) && which.test(what)),
    );
    assert.deepEqual(
      stale.map(([, , why]) => why),
      [],
      'listed, but no longer different',
    );
  });

  test('what is not there yet is known by name', () => {
    const missing = commands
      .filter(({ path }) => later.test(path) && !path.includes(' '))
      .filter(({ path }) => ourCommand(path) === undefined);
    assert.deepEqual(missing, []);
  });
});
