import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandResult, runCommand } from '@berth/testing';
import { type BerthEndpoint, openBerth } from '../clients/berth-endpoint.ts';
import { type CommandLine, commandLines } from './command-lines.ts';
import { normalise } from './normalise.ts';

/** `berth` in place of `docker`: the same commands against the same daemon, outputs and exit codes side by side. */

const repository = path.resolve(import.meta.dirname, '../..');
const prefixes = { docker: 'dd-', berth: 'bb-' } as const;
type Client = keyof typeof prefixes;
let endpoint: BerthEndpoint;

before(async () => {
  endpoint = await openBerth();
  const script = path.join(repository, 'scripts/busybox-root.sh');
  const tar = execFileSync('sh', [script], { maxBuffer: 1 << 28 });
  await endpoint.ok(['import', '-c', 'CMD ["sh"]', '-', 'parity'], { input: tar });
});
after(() => endpoint[Symbol.asyncDispose]());

function run(client: Client, { args, input }: CommandLine): Promise<CommandResult> {
  const own = args.map((word) => word.replaceAll('@', prefixes[client]));
  const program = client === 'docker' ? 'docker' : path.join(repository, 'bin/berth');
  const env = { ...endpoint.environment, HOME: '/nonexistent' };
  return runCommand(program, own, { env, ...(input === undefined ? {} : { input }) });
}

/** What differs between clients by nature: their names, object names, ids and times. */
function plain(text: string, client: Client): string {
  const sameName = text.replaceAll('Berth', 'Docker').replace(/\bberth\b/g, 'docker');
  return normalise(sameName)
    .replaceAll(prefixes[client], '@')
    .replace(/^hint: .*\n?/gm, '')
    .replace(/\nDid you mean .*\n/g, '');
}

function answer(client: Client, { code, stdout, stderr }: CommandResult, line: CommandLine) {
  if (line.differs !== undefined) return { code };
  return { code, stdout: plain(stdout, client), stderr: plain(stderr, client) };
}

for (const [number, line] of commandLines.entries()) {
  test(`${number + 1}: ${line.args.join(' ')}`, async () => {
    const theirs = await run('docker', line);
    const ours = await run('berth', line);
    assert.deepEqual(answer('berth', ours, line), answer('docker', theirs, line));
  });
}
