import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandDefinition } from '@berth/cli/command-table/command-definition.ts';
import { commandTable } from '@berth/cli/command-table/command-table.ts';
import { commandHelp } from '@berth/cli/help/command-help.ts';
import { findCommand } from '@berth/cli/parse-command-line.ts';
import { runCommand } from '@berth/testing';
import { dockerCommands } from '../clients/docker-help.ts';

/** Help pages are laid out as those of the stock client: order of the parts, columns, aliases; the texts are our own. */

/** Lines that are there, or not, on purpose: path of the command, the line, and why. */
const differences: readonly (readonly [path: RegExp, line: RegExp, why: string])[] = [
  [
    /^$/,
    /^ {2}(build|builder|checkpoint|config|node|plugin|secret|service|stack|swarm|trust|x-ray) |^Swarm|help topics/,
    'other commands',
  ],
  [/^(container|image|network|system|volume)$/, /^ {2}[a-z-]+ /, 'other commands'],
  [/^(container )?run$/, /^Examples:$/, 'ours has examples'],
  [/^(container )?exec$/, /^Run a command/, 'the summary begins with Run'],
  [/^(ps|container ls|system df)$/, /^ +--(watch|explain)/, 'our own'],
  [/^container cp$/, /^\tdocker/, 'the second form has the whole name here'],
  [/^context (create|update)$/, /^(Docker endpoint|Example|The keys)/, 'told in other words'],
  [
    /^(context (export|rm)|manifest create|network rm)$/,
    /^Usage/,
    'OPTIONS stands there just when there are some',
  ],
  [/^((image )?(load|save))$/, /--/, 'several platforms may be given'],
  [/^manifest/, /^(EXPERIMENTAL|To see help)/, 'they are no experiment here'],
  [/^volume (create|ls)$/, /--/, 'cluster volumes need the swarm'],
];

/** The lines of a page that its layout shows in; texts are left out. */
function layout(page: string): string[] {
  let section = '';
  return page
    .replaceAll('berth', 'docker')
    .split('\n')
    .flatMap((line) => {
      if (/^\S.*:$/.test(line)) section = line;
      if (/^(Usage:|\t|Run )|^\S.*:$/.test(line)) return [line];
      if (section === 'Aliases:' && line !== '') return [line];
      const flag = /^( {2}-\w, | {6})--[a-z0-9-]+( [a-zA-Z0-9]+)?( {2,}|$)/.exec(line);
      if (/Options:$/.test(section) && flag !== null) return [`${flag[0]}|`];
      const command = /^ {2}[a-z][a-z0-9-]*\*? {2,}/.exec(line);
      return /Commands:$/.test(section) && command !== null ? [`${command[0]}|`] : [];
    });
}

function ourCommand(words: readonly string[]): CommandDefinition | undefined {
  return words.reduce<CommandDefinition | undefined>(
    (parent, word) => (parent === undefined ? undefined : findCommand(parent, word)),
    commandTable,
  );
}

test('the layout of every help page', async () => {
  let compared = 0;
  for (const { path } of await dockerCommands()) {
    const words = path === '' ? [] : path.split(' ');
    const command = ourCommand(words);
    if (command?.load === undefined && command?.subcommands === undefined) continue;
    const { stdout } = await runCommand('docker', [...words, '--help']);
    const ours = commandHelp({ words: ['berth', ...words], command }, 80);
    const same = (line: string) =>
      !differences.some(([where, which]) => where.test(path) && which.test(line));
    assert.deepEqual(layout(ours).filter(same), layout(stdout).filter(same), path);
    compared += 1;
  }
  assert.ok(compared > 80, `only ${compared} pages were compared`);
});
