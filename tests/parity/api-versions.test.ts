import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { CommandDefinition } from '@berth/cli/command-table/command-definition.ts';
import { commandTable } from '@berth/cli/command-table/command-table.ts';
import type { FlagDefinition } from '@berth/cli/flags/flag-definition.ts';
import { runCommand } from '@berth/testing';

/**
 * The API versions that commands and flags need, beside those of the stock client, which tells them when it is made to
 * speak an old version; it does so before it looks for a daemon.
 */

const oldest = ['1.24', '1.25'];
/** What the stock client does not have, or does before it looks at the version. */
const own =
  /^(completion|(system )?(check|dial-stdio)|.*x-ray|network doctor|context .*|manifest .*)$/;
const ownFlags = ['watch', 'json', 'repair', 'explain', 'help'];
/** Checks of values come first, so these must be right. */
const valueOfFlag: Readonly<Record<string, string>> = {
  ...{ ulimit: 'nofile=1:1', attach: 'stdin', mount: 'type=tmpfs,target=/x', gpus: 'all' },
  ...{ 'device-cgroup-rule': 'c 1:1 rwm', 'blkio-weight-device': '/dev/x:10', dns: '1.1.1.1' },
  ...{ 'device-read-bps': '/dev/x:1', 'device-write-bps': '/dev/x:1', link: 'a:b' },
  ...{ 'device-read-iops': '/dev/x:1', 'device-write-iops': '/dev/x:1', 'add-host': 'a:1.1.1.1' },
  ...{ sysctl: 'net.x=1', ip: '1.1.1.1', type: 'image' },
};
const valueOfType: Readonly<Record<string, string>> = {
  ...{ string: 'x', list: 'x', strings: 'x', map: 'a=b', settings: 'a=b', filter: 'a=b' },
  ...{ bytes: '1m', 'swap-bytes': '1m', duration: '1s' },
};

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-api-versions-'));
});
after(() => rmSync(folder, { recursive: true }));

function flagWord({ name, type }: FlagDefinition): string {
  if (type === 'bool') return `--${name}`;
  return `--${name}=${valueOfFlag[name] ?? valueOfType[type] ?? '1'}`;
}

interface Command {
  readonly words: readonly string[];
  readonly command: CommandDefinition;
}

function commandsBelow(command: CommandDefinition, words: readonly string[]): Command[] {
  if (command.subcommands === undefined) return [{ words, command }];
  return command.subcommands.flatMap((child) => commandsBelow(child, [...words, child.name]));
}

const commands = commandsBelow(commandTable, []).filter(
  ({ words, command }) => command.load !== undefined && !own.test(words.join(' ')),
);

/** What needs which version, by the stock client's refusals. */
async function requirements({ words, command }: Command): Promise<Record<string, string>> {
  const flags = (command.flags ?? []).filter(({ name }) => !ownFlags.includes(name));
  const args = Array.from({ length: command.arguments?.min ?? 0 }, (_, number) => `a${number}`);
  const found: Record<string, string> = {};
  for (const version of oldest) {
    const { stderr } = await runCommand('docker', [...words, ...flags.map(flagWord), ...args], {
      env: {
        ...{ DOCKER_API_VERSION: version, DOCKER_HOST: `unix://${folder}/none.sock` },
        ...{ HOME: folder, DOCKER_CONFIG: folder },
      },
      cwd: folder,
    });
    for (const [, what = '', needed = ''] of stderr.matchAll(
      /^(.+) requires API version ([\d.]+)/gm,
    )) {
      found[what.startsWith('"') ? what : 'command'] = needed;
    }
  }
  return found;
}

function ours({ command }: Command): Record<string, string> {
  const known = (command.flags ?? []).flatMap(({ name, apiVersion }) =>
    apiVersion === undefined ? [] : [[`"--${name}"`, apiVersion]],
  );
  const whole = command.apiVersion === undefined ? {} : { command: command.apiVersion };
  return { ...whole, ...Object.fromEntries(known) };
}

test('commands and flags need the API versions that they need in the stock client', async () => {
  const found: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const command of commands) {
    const name = command.words.join(' ');
    const theirs = await requirements(command);
    if (Object.keys(theirs).length > 0) expected[name] = theirs;
    if (Object.keys(ours(command)).length > 0) found[name] = ours(command);
  }
  assert.ok(Object.keys(expected).length > 20, 'the stock client refused too little');
  assert.deepEqual(found, expected);
});
