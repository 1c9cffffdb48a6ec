import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type BerthEndpoint, openBerth } from './berth-endpoint.ts';

/** The completion scripts in real shells: what pressing tab offers, with the names that are there. */

const bin = path.resolve(import.meta.dirname, '../../bin');
let berth: BerthEndpoint;
let folder: string;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-completion-'));
  berth = await openBerth();
  await berth.ok(['create', '--name', 'made-one', 'busybox']);
  await berth.ok(['run', '-d', '--name', 'runs-one', 'busybox', 'sleep', '600']);
  await berth.ok(['volume', 'create', 'keeps-one']);
  await berth.ok(['network', 'create', 'links-one']);
  await berth.ok(['tag', 'busybox', 'localhost:5000/a/b:c']);
  writeFileSync(path.join(folder, 'env.list'), '');
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(path.join(folder, shell), await berth.ok(['completion', shell]));
  }
});
after(async () => {
  await berth?.run(['rm', '-f', 'made-one', 'runs-one']);
  await berth?.run(['volume', 'rm', 'keeps-one']);
  await berth?.run(['network', 'rm', 'links-one']);
  await berth?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Asks the function of the script as bash does it at a tab: with the words broken at "=" and ":". */
const bashTab = `
source "$1"
compopt() { echo "compopt $*"; }
COMP_WORDS=(berth); shift
for word in "$@"; do
  while [[ $word =~ ^([^=:]*)([=:])(.*)$ ]]; do
    [[ -n \${BASH_REMATCH[1]} ]] && COMP_WORDS+=("\${BASH_REMATCH[1]}")
    COMP_WORDS+=("\${BASH_REMATCH[2]}"); word=\${BASH_REMATCH[3]}; broken=yes
  done
  if [[ -n $word || -z $broken ]]; then COMP_WORDS+=("$word"); fi; broken=
done
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_berth berth
printf '%s\\n' "\${COMPREPLY[@]}"
`;

async function offered(...words: string[]): Promise<string[]> {
  writeFileSync(path.join(folder, 'tab'), bashTab);
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const { stdout, stderr } = await berth.inShell(`bash ${folder}/tab ${folder}/bash ${quoted}`, {
    env: { PATH: `${bin}:${process.env.PATH}` },
  });
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

const bashCases: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['net'], ['network']],
  [['network', 'con'], ['connect']],
  [['start', 'made'], ['made-one']],
  [['stop', 'made'], []],
  [['stop', 'ru'], ['runs-one']],
  [['run', '--network', 'li'], ['links-one']],
  [['run', '--network=li'], ['links-one']],
  [['run', '-v', 'ke'], ['keeps-one']],
  [['run', '--restart', 'al'], ['always']],
  [['rmi', 'localhost:50'], ['5000/a/b:c']],
  [['run', 'localhost:5000/a'], ['5000/a/b:c']],
  [
    ['cp', 'made'],
    ['compopt -o nospace', 'made-one:'],
  ],
  [['cp', './en'], ['compopt -o default']],
  [['run', '--env-file', 'en'], ['compopt -o default']],
  [['volume', 'inspect', 'ke'], ['keeps-one']],
  [['ps', '--no-t'], ['--no-trunc']],
];

for (const [words, expected] of bashCases) {
  test(`bash: ${words.join(' ')}`, async () => {
    assert.deepEqual(await offered(...words), expected);
  });
}

test('a daemon that is not there gives no names and no error', async () => {
  assert.deepEqual(await offered('-H', 'unix:///nosuch.sock', 'start', 'made'), []);
});

test('fish: the words at the cursor', async () => {
  const script = `source ${folder}/fish; complete -C 'berth start made'; complete -C 'berth run --network=li'`;
  const { stdout, stderr } = await berth.inShell(`fish --no-config -c "${script}"`, {
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: folder },
  });
  assert.equal(stderr, '');
  assert.match(stdout, /^made-one\tbusybox, Created$/m);
  assert.match(stdout, /^--network=links-one\t/m);
});

test('zsh: what is given to its completion system', async () => {
  const script = `
compdef() { :; }
_describe() { shift; print -rl -- "\${(@P)1}"; shift; print -r -- "$@"; }
_files() { print files; }
source ${folder}/zsh
words=(berth start made); CURRENT=3; _berth
words=(berth rmi localhost:50); CURRENT=3; _berth
words=(berth cp ./en); CURRENT=3; _berth
`;
  writeFileSync(path.join(folder, 'tab.zsh'), script);
  const { stdout, stderr } = await berth.inShell(`zsh -f ${folder}/tab.zsh`, {
    env: { PATH: `${bin}:${process.env.PATH}` },
  });
  assert.equal(stderr, '');
  assert.deepEqual(
    stdout.split('\n').filter((line) => line !== ''),
    ['made-one:busybox, Created', 'localhost\\:5000/a/b\\:c:image', 'files'],
  );
});
