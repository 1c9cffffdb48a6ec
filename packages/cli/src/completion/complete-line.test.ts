import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandDefinition } from '../command-table/command-definition.ts';
import { commandTable } from '../command-table/command-table.ts';
import { completeLine } from './complete-line.ts';

const complete = (...words: string[]) => completeLine(words, commandTable);
const values = (...words: string[]) => complete(...words).candidates.map(({ value }) => value);

test('commands by their beginning, with what they do', () => {
  assert.deepEqual(values('ren'), ['rename']);
  assert.deepEqual(values('volume', 'in'), ['inspect']);
  assert.deepEqual(
    complete('volume', 'in').candidates[0]?.help,
    'Show all that is known of volumes',
  );
  assert.deepEqual(values('container', 'list', '--no-t'), ['--no-trunc']);
  assert.deepEqual(values('nosuch', ''), []);
});

test('what is not there yet is not offered', () => {
  assert.deepEqual(values('swar'), []);
});

test('flags of the command, global ones before it', () => {
  assert.deepEqual(values('--tlsc'), ['--tlscacert', '--tlscert']);
  assert.deepEqual(values('ps', '--a'), ['--all']);
  assert.deepEqual(values('run', '--hel'), ['--help']);
});

test('values of flags: choices, names, files', () => {
  assert.deepEqual(values('run', '--restart', 'un'), ['unless-stopped']);
  const inline = complete('run', '--restart=un');
  assert.deepEqual([inline.before, inline.candidates[0]?.value], ['--restart=', 'unless-stopped']);
  assert.equal(complete('run', '--network', '').source, 'networks');
  assert.equal(complete('run', '--network=a').source, 'networks');
  assert.equal(complete('-c', '').source, 'contexts');
  assert.equal(complete('run', '-itv', '').source, 'volumes');
  assert.equal(complete('run', '--env-file', '').source, 'files');
  assert.deepEqual(values('run', '--rm='), ['true', 'false']);
});

test('arguments: which names, how many, and where the container’s own words begin', () => {
  assert.equal(complete('stop', '').source, 'running-containers');
  assert.equal(complete('stop', 'one', '').source, 'running-containers');
  assert.equal(complete('-H', 'ps', 'start', '').source, 'containers');
  assert.equal(complete('network', 'connect', '').source, 'networks');
  assert.equal(complete('network', 'connect', 'net', '').source, 'containers');
  assert.equal(complete('network', 'connect', 'net', 'web', '').source, undefined);
  assert.equal(complete('run', '--name', 'x', '-p', '1:1', '').source, 'images');
  assert.equal(complete('run', 'busybox', '').source, 'files');
  assert.deepEqual(values('run', 'busybox', '--r'), []);
  assert.equal(complete('logs', '--', '').source, 'containers');
  assert.deepEqual(values('logs', '--', '--f'), []);
});

test('help takes commands only', () => {
  assert.deepEqual(values('help', 'network', 'dis'), ['disconnect']);
  assert.deepEqual(values('help', 'run', '--r'), []);
  assert.equal(complete('help', 'run', '').source, undefined);
});

test('any command and all of its flags can be completed', () => {
  const visit = (command: CommandDefinition, words: readonly string[]) => {
    for (const child of command.subcommands ?? []) visit(child, [...words, child.name]);
    for (const { name, hidden } of command.flags ?? []) {
      if (!hidden)
        assert.ok(values(...words, `--${name}`).includes(`--${name}`), `${words} ${name}`);
    }
  };
  visit(commandTable, []);
});
