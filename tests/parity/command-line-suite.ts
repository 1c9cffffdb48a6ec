import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandResult, runCommand } from '@berth/testing';
import { type CommandLine, commandLines } from './command-lines.ts';
import { normalise } from './normalise.ts';
import { untilSame } from './random-order.ts';

/** `berth` in place of `docker`: the same commands against one daemon, outputs and exit codes side by side. */

const repository = path.resolve(import.meta.dirname, '../..');
const prefixes = { docker: 'dxd-', berth: 'bxb-' } as const;
const octets = { docker: '71', berth: '72' } as const;
type Client = keyof typeof prefixes;

export type DaemonKind = 'berthd' | 'dockerd';

/** A daemon that both clients are pointed at. */
export interface SharedDaemon extends AsyncDisposable {
  readonly host: string;
}

/** Runs the command lines that are for `kind` with both clients against the daemon that `open` starts. */
export function commandLineSuite(
  kind: DaemonKind,
  open: () => Promise<SharedDaemon>,
  lines: readonly CommandLine[] = commandLines,
): void {
  let daemon: SharedDaemon;
  before(async () => {
    daemon = await open();
    const script = path.join(repository, 'scripts/busybox-root.sh');
    const input = execFileSync('sh', [script], { maxBuffer: 1 << 28 });
    const line = { args: ['import', '-c', 'CMD ["sh"]', '-', 'parity'], input };
    assert.equal((await run('berth', line, daemon)).code, 0);
  });
  after(() => daemon?.[Symbol.asyncDispose]());

  const wanted = lines.filter(({ only }) => only === undefined || only === kind);
  for (const [number, line] of wanted.entries()) {
    test(`${number + 1}: ${line.args.join(' ')}`, async () => {
      // One prune at a time is all that daemons take.
      const alone = line.args.includes('prune');
      const { ours, theirs } = await untilSame(line.args, async () => {
        const first = alone ? await run('docker', line, daemon) : run('docker', line, daemon);
        const [docker, berth] = await Promise.all([first, run('berth', line, daemon)]);
        return { ours: answer('berth', berth, line), theirs: answer('docker', docker, line) };
      });
      assert.deepEqual(ours, theirs);
    });
  }
}

/** A home that no client can make. */
const noHome = '/proc/nobody';

function run(
  client: Client,
  { args, input }: { readonly args: readonly string[]; readonly input?: string | Buffer },
  { host }: SharedDaemon,
): Promise<CommandResult> {
  const own = args.map((word) =>
    word.replaceAll('@', prefixes[client]).replaceAll('§', octets[client]),
  );
  const program = client === 'docker' ? 'docker' : path.join(repository, 'bin/berth');
  const env = { BERTH_HOST: host, DOCKER_HOST: host, HOME: noHome };
  return runCommand(program, own, { env, ...(input === undefined ? {} : { input }) });
}

/** What differs between clients by nature: their names, object names, ids and times, and the width of columns of times. */
function plain(text: string, client: Client): string {
  const sameName = text.replaceAll('Berth', 'Docker').replace(/\bberth\b/g, 'docker');
  return normalise(sameName)
    .replaceAll(prefixes[client], '@')
    .replace(new RegExp(`\\b(10\\.|fd00:)${octets[client]}\\b`, 'g'), '$1§')
    .replace(/^hint: .*\n?/gm, '')
    .replace(/\nDid you mean .*\n/g, '')
    .replace(/ {3,}/g, (blanks) => (text.includes('CREATED') ? '   ' : blanks))
    .trim();
}

function answer(client: Client, { code, stdout, stderr }: CommandResult, line: CommandLine) {
  if (line.differs !== undefined) return { code };
  return { code, stdout: plain(stdout, client), stderr: plain(stderr, client) };
}
