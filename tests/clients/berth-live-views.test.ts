import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BerthEndpoint, openBerth } from './berth-endpoint.ts';
import { TmuxTerminal } from './tmux-terminal.ts';

/** Views that last until Ctrl-C, and what a terminal that can little gets to see. */

let berth: BerthEndpoint;
before(async () => {
  berth = await openBerth();
  const loop = 'i=0; while :; do echo line $((i += 1)); sleep 0.3; done';
  await berth.ok(['run', '-d', '--name', 'views', 'busybox', 'sh', '-c', loop]);
});
after(async () => {
  await berth.run(['rm', '-f', 'views']);
  await berth[Symbol.asyncDispose]();
});

function open(line: string, columns = 110): Promise<TmuxTerminal> {
  return TmuxTerminal.open(line, { columns, rows: 30 }, { ...berth.environment, PS1: '$ ' });
}

const views: Readonly<Record<string, RegExp>> = {
  stats: /^[0-9a-f]{12} +views +\d+\.\d\d% /m,
  'stats views': /^[0-9a-f]{12} +views +\d+\.\d\d% /m,
  'ps --watch': /^[0-9a-f]{12} +busybox .* views$/m,
  'logs -f views': /^line \d+$/m,
  'attach --sig-proxy=false views': /^line \d+$/m,
  'events --since 1 -f event=start': /container start .*name=views/s,
};

for (const [view, shown] of Object.entries(views)) {
  test(`${view}: Ctrl-C ends it with 130, the line goes on, the terminal is as before`, async () => {
    const state = `stty -a | grep -Eo ' -?(icanon|echo)\\b' | tr -d '\\n'; echo .`;
    await using terminal = await open(`clear; "$BERTH" ${view}; echo left=$?; ${state}`);
    await terminal.shows(shown);
    await terminal.press('C-c');
    const screen = await terminal.shows(/^ icanon echo\.$/m);
    assert.match(screen, /left=130$/m);
  });
}

test('top shows the processes once', async () => {
  await using terminal = await open('"$BERTH" top views -o pid,comm; echo left=$?');
  const screen = await terminal.shows(/^left=0$/m);
  assert.match(screen, /^PID +COMMAND\n\d+ +sh$/m);
});

test('a narrow terminal cuts the lines of a live list and does not break them', async () => {
  await using terminal = await open('"$BERTH" ps --watch', 40);
  const screen = await terminal.shows(/^[0-9a-f]{12} +busybox /m);
  const lines = screen.split('\n').filter((line) => line !== '');
  const containers = lines.filter((line) => /^[0-9a-f]{12} /.test(line));
  assert.deepEqual(lines.slice(1), containers);
  assert.match(containers[0] ?? '', /…$/);
});

test('NO_COLOR and TERM=dumb: nothing but lines of text', async () => {
  const refused = '"$BERTH" logs nosuch';
  const coloured = await berth.inTerminal(refused, { env: { TERM: 'xterm' } });
  assert.match(coloured.stdout, /\x1b\[2mhint: .*\x1b\[0m/);
  for (const env of [{ TERM: 'xterm', NO_COLOR: '1' }, { TERM: 'dumb' }] as const) {
    const plain = await berth.inTerminal(refused, { env });
    assert.match(plain.stdout, /hint: /);
    assert.doesNotMatch(plain.stdout, /\x1b/);
  }
  const dumb = { env: { TERM: 'dumb' } };
  const stats = await berth.inTerminal('"$BERTH" stats --no-stream views', dumb);
  assert.doesNotMatch(stats.stdout, /\x1b/);
  const copied = await berth.inTerminal('"$BERTH" cp views:/bin/busybox - | wc -c', dumb);
  assert.match(copied.stdout, /^\d{6,}\r\n$/);
  const watched = await berth.inTerminal('"$BERTH" ps --watch; echo left=$?', dumb);
  assert.match(watched.stdout, /--watch needs a terminal with a cursor: TERM is dumb\r\nleft=1/);
});
