import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { TestDaemon } from '@berth/testing';
import { TmuxTerminal } from './tmux-terminal.ts';

/** However a command in raw mode ends, the shell gets its terminal back as it was, and the user is told what happened. */

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
  await daemon.berth(['run', '-d', '--name', 'shell', '-it', 'busybox', 'sh']);
});
after(() => daemon?.[Symbol.asyncDispose]());

const launcher = path.resolve(import.meta.dirname, '../../bin/berth');

function open(command: string): Promise<TmuxTerminal> {
  const line = `"$BERTH" ${command}; echo left=$?; stty -a | grep -Eo ' -?(icanon|echo)\\b' | tr -d '\\n'; echo .`;
  const environment = {
    DOCKER_HOST: daemon.host,
    BERTH_HOST: daemon.host,
    BERTH: launcher,
    PS1: '$ ',
  };
  return TmuxTerminal.open(line, { columns: 100, rows: 30 }, environment);
}

/** The process of the command line whose words contain `text`. */
function commandLine(text: string): number {
  const found = readdirSync('/proc').filter((name) => {
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
      return (
        words.join(' ').includes(text) &&
        words[0]?.endsWith('node') &&
        environment.includes(daemon.host)
      );
    } catch {
      return false;
    }
  });
  assert.equal(found.length, 1, `${found}`);
  return Number(found[0]);
}

const restored = /^ icanon echo\.$/m;

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
  test(`${signal} to exec -it`, async () => {
    await using terminal = await open(`exec -it shell sh -c 'echo ${signal} ready; cat'`);
    await terminal.shows(new RegExp(`^${signal} ready$`, 'm'));
    process.kill(commandLine(`${signal} ready`), signal);
    await terminal.shows(/left=\d+$/m);
    await terminal.shows(restored);
  });
}

test('SIGTERM to attach', async () => {
  await using terminal = await open('attach --detach-keys ctrl-x,x shell');
  await terminal.press('Enter');
  await terminal.shows(/\/ #$/m);
  process.kill(commandLine('ctrl-x,x'), 'SIGTERM');
  await terminal.shows(/left=\d+$/m);
  await terminal.shows(restored);
});

test('detach keys of the command line', async () => {
  await using terminal = await open('attach --detach-keys ctrl-x,x shell');
  await terminal.press('Enter');
  await terminal.shows(/\/ #$/m);
  await terminal.press('C-x');
  await terminal.type('x');
  await terminal.shows(/left=\d+$/m);
  await terminal.shows(restored);
});

test('a daemon that is killed: run, attach and exec end with a message', async () => {
  await using run = await open(`run -it busybox sh -c 'echo r''un ready; cat'`);
  await using exec = await open(`exec -it shell sh -c 'echo e''xec ready; cat'`);
  await using attach = await open('attach shell');
  await run.shows(/^run ready$/m);
  await exec.shows(/^exec ready$/m);
  await attach.press('Enter');
  await attach.shows(/\/ #$/m);
  process.kill(daemon.pid, 'SIGKILL');
  for (const terminal of [run, exec, attach]) {
    const screen = await terminal.shows(/left=[1-9]\d*$/m);
    assert.match(
      screen,
      /the connection to unix:.* was\s+lost|^Cannot connect to the Berth daemon/m,
    );
    assert.doesNotMatch(screen, /internal error|JSON|at .*\.ts/);
    await terminal.shows(restored);
  }
});
