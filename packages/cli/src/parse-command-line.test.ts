import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CommandDefinition } from './command-table/command-definition.ts';
import { commandTable } from './command-table/command-table.ts';
import { commandHelp } from './help/command-help.ts';
import { helpTopics } from './help/topics.ts';
import { findCommand, parseCommandLine, topicNames } from './parse-command-line.ts';
import { UsageError } from './usage-error.ts';

function command(...words: string[]) {
  const line = parseCommandLine(words, commandTable);
  assert(line.kind === 'command');
  return line;
}

function refusal(...words: string[]): { text: string; exitCode: number } {
  try {
    const line = parseCommandLine(words, commandTable);
    if (line.kind === 'unknown') throw line.error;
  } catch (error) {
    assert(error instanceof UsageError);
    return { text: error.message, exitCode: error.exitCode };
  }
  throw new Error('it was understood');
}

describe('the command line', () => {
  test('run leaves the words behind the image alone', () => {
    const line = command(
      'run',
      '-it',
      '-p80:80',
      '--name=x',
      '-e',
      'A=1',
      '-eB=2',
      'busybox',
      '-x',
      '--rm',
    );
    assert.deepEqual(line.args, ['busybox', '-x', '--rm']);
    assert.deepEqual(line.flags.list('publish'), ['80:80']);
    assert.deepEqual(line.flags.list('env'), ['A=1', 'B=2']);
    assert.equal(line.flags.string('name'), 'x');
    assert(
      line.flags.boolean('interactive') && line.flags.boolean('tty') && !line.flags.boolean('rm'),
    );
  });

  test('other commands take flags anywhere, up to --', () => {
    const line = command('rm', 'a', '-f', 'b', '--', '-v');
    assert.deepEqual(line.args, ['a', 'b', '-v']);
    assert(line.flags.boolean('force') && !line.flags.boolean('volumes'));
  });

  test('names of the same command lead to the same code', () => {
    for (const words of [['ps'], ['container', 'ls'], ['container', 'list'], ['container', 'ps']]) {
      assert.equal(command(...words).path.command.summary, 'List containers');
    }
    assert.deepEqual(command('-H', 'unix:///x', '-D', 'ps', '-a').globals.list('host'), [
      'unix:///x',
    ]);
  });

  test('filters gather their values', () => {
    const { flags } = command(
      'ps',
      '-f',
      'label=a',
      '--filter',
      'label=b',
      '-f',
      'Status= running ',
    );
    assert.deepEqual(flags.filter('filter'), { label: ['a', 'b'], status: ['running'] });
  });

  test("mistakes are told in Docker's words with its exit codes", () => {
    assert.deepEqual(refusal('run', '-Z', 'x'), {
      text: "unknown shorthand flag: 'Z' in -Z\n\nUsage:  berth run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'berth run --help' for more information",
      exitCode: 125,
    });
    assert.deepEqual(refusal('run'), {
      text: "berth: 'berth run' requires at least 1 argument\n\nUsage:  berth run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'berth run --help' for more information",
      exitCode: 1,
    });
    assert.deepEqual(refusal('bogus'), {
      text: "berth: unknown command: berth bogus\n\nRun 'berth --help' for more information",
      exitCode: 1,
    });
    assert.match(refusal('ps', '--format').text, /^flag needs an argument: --format\n/);
    assert.match(refusal('ps', '-an').text, /^flag needs an argument: 'n' in -n\n/);
    assert.match(
      refusal('ps', '--all=maybe').text,
      /^invalid argument "maybe" for "-a, --all" flag: strconv.ParseBool: parsing "maybe": invalid syntax\n/,
    );
    assert.match(refusal('ps', 'x').text, /^berth: 'berth ps' accepts no arguments\n/);
  });

  test('help is asked for in several ways', () => {
    for (const words of [
      [],
      ['--help'],
      ['ps', '--help'],
      ['ps', '-h'],
      ['help', 'ps'],
      ['volume'],
      ['run', '--help'],
    ]) {
      assert.equal(parseCommandLine(words, commandTable).kind, 'help', words.join(' '));
    }
    assert.equal(command('run', '-h', 'box', 'image').flags.string('hostname'), 'box');
    assert.equal(parseCommandLine(['--version'], commandTable).kind, 'version');
  });
});

describe('the command table', () => {
  const all = flatten(commandTable, ['berth']);

  test('every command has a help page within the width', () => {
    for (const [words, definition] of all) {
      const help = commandHelp({ words, command: definition }, 80);
      assert.match(help, /^Usage: {2}berth/);
      assert(definition.summary.length > 0 && definition.summary.length < 70, words.join(' '));
    }
  });

  test('flags are unique, and those that stand for others name them', () => {
    for (const [words, { flags = [] }] of all) {
      const names = flags.map((flag) => flag.name);
      const shorts = flags.flatMap((flag) => flag.short ?? []);
      assert.equal(new Set(names).size, names.length, words.join(' '));
      assert.equal(new Set(shorts).size, shorts.length, words.join(' '));
      for (const flag of flags) if (flag.aliasOf) assert(names.includes(flag.aliasOf), flag.name);
    }
  });

  test('topics of help are known by name, and no command has one of these names', () => {
    assert.deepEqual(
      topicNames,
      ['topics', ...helpTopics.map(({ name }) => name)].sort(byTopicsFirst),
    );
    for (const name of topicNames) {
      assert.deepEqual(parseCommandLine(['help', name], commandTable), { kind: 'topic', name });
      assert.equal(findCommand(commandTable, name), undefined);
    }
    for (const { text, name } of helpTopics) {
      const long = text.split('\n').filter((line) => line.length > 86);
      assert.deepEqual(long, [], name);
    }
  });

  test('every command that is there loads', async () => {
    for (const [words, definition] of all) {
      if (definition.load !== undefined)
        assert.equal(typeof (await definition.load()), 'function', words.join(' '));
    }
  });
});

function flatten(definition: CommandDefinition, words: string[]): [string[], CommandDefinition][] {
  const children = (definition.subcommands ?? []).flatMap((child) =>
    flatten(child, [...words, child.name]),
  );
  return [[words, definition], ...children];
}

function byTopicsFirst(a: string, b: string): number {
  if (a === 'topics' || b === 'topics') return a === 'topics' ? -1 : 1;
  return a < b ? -1 : 1;
}
