import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BerthEndpoint, openBerth } from './berth-endpoint.ts';
import { TmuxTerminal } from './tmux-terminal.ts';

let berth: BerthEndpoint;
before(async () => {
  berth = await openBerth();
  await berth.ok(['run', '-d', '--name', 'shell', '-it', 'busybox', 'sh']);
});
after(async () => {
  await berth.run(['rm', '-f', 'shell', 'left']);
  await berth[Symbol.asyncDispose]();
});

const large = { columns: 120, rows: 40 };
const open = (line: string) => TmuxTerminal.open(line, large, { ...berth.environment, PS1: '$ ' });

test('the terminal in the container has the size of this one and follows it', async () => {
  await using terminal = await open('"$BERTH" run --rm -it busybox sh; echo left=$?');
  await terminal.shows(/\/ #$/m);
  await terminal.type('stty size');
  await terminal.press('Enter');
  await terminal.shows(/^40 120$/m);
  await terminal.resize(80, 24);
  await terminal.type('until stty size | grep "^24 80$"; do sleep 0.1; done; exit 4');
  await terminal.press('Enter');
  await terminal.shows(/^24 80$/m);
  await terminal.shows(/\bleft=4$/m);
});

test('vi: raw keys, escape sequences, the whole screen', async () => {
  await using terminal = await open('"$BERTH" exec -it shell vi /tmp/text; echo left=$?');
  await terminal.shows(/^~$/m);
  await terminal.type('ifirst line');
  await terminal.press('Enter');
  await terminal.type('second');
  await terminal.shows(/^I \/tmp\/text/m);
  await terminal.press('Escape');
  // Keys that follow an escape at once would be taken for a function key.
  await terminal.shows(/^- \/tmp\/text/m);
  await terminal.type(':wq');
  await terminal.press('Enter');
  await terminal.shows(/\bleft=0$/m);
  const text = await berth.ok(['exec', 'shell', 'cat', '/tmp/text']);
  assert.equal(text, 'first line\nsecond');
});

test('top redraws until it is left, also after a change of size', async () => {
  await using terminal = await open('"$BERTH" exec -it shell top -d 1; echo left=$?');
  await terminal.shows(/Load average/);
  await terminal.resize(80, 24);
  const screen = await terminal.shows(/Load average/);
  assert.ok(screen.split('\n').length <= 24, screen);
  await terminal.type('q');
  await terminal.shows(/\bleft=0$/m);
});

test('the detach keys leave the container running and the terminal as it was', async () => {
  await using terminal = await open(
    'stty -g >/tmp/.$$; "$BERTH" run --name left -it busybox sh; stty -g | cmp - /tmp/.$$ && printf %s%s sa me; rm /tmp/.$$',
  );
  await terminal.shows(/\/ #$/m);
  await terminal.press('C-p', 'C-q');
  await terminal.shows(/same/);
  assert.equal(await berth.ok(['inspect', '-f', '{{.State.Running}}', 'left']), 'true');
});

test('Ctrl-C goes to the process in the terminal, not to berth', async () => {
  await using terminal = await open('"$BERTH" attach shell; echo left=$?');
  await terminal.press('Enter');
  await terminal.shows(/\/ #$/m);
  await terminal.type('sh -c "echo begun; exec sleep 600"');
  await terminal.press('Enter');
  await terminal.shows(/^begun$/m);
  await terminal.press('C-c');
  await terminal.shows(/\^C\n/);
  await terminal.type('echo code=$?');
  await terminal.press('Enter');
  await terminal.shows(/^code=130$/m);
  await terminal.press('C-p', 'C-q');
  await terminal.shows(/^(read escape sequence\s+)?left=[01]$/m);
});

test('a container that is killed gives the terminal back', async () => {
  await using terminal = await open(
    '"$BERTH" run --rm --name gone -it busybox sh; echo left=$?; stty -a | grep -o " icanon"',
  );
  await terminal.shows(/\/ #$/m);
  await berth.ok(['kill', 'gone']);
  await terminal.shows(/\bleft=137$/m);
  await terminal.shows(/^ icanon$/m);
});
