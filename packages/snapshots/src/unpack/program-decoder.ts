import type { Readable, Writable } from 'node:stream';
import { engineError, errnoOf } from '@berth/errors';
import type { ChildProcess, Processes } from '@berth/kernel';
import type { ProgramCompression } from '../layer-transfer.ts';

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** Debian's package of it. */
  readonly package: string;
}

/** The dictionary of a hostile xz stream may otherwise take 4 GiB; `xz -9` needs 65 MiB. */
const xzMemoryLimit = '512MiB';
const messageLimit = 2048;

const programs: Readonly<Record<ProgramCompression, Program>> = {
  xz: {
    command: 'xz',
    args: ['-d', '-c', '-q', `--memlimit-decompress=${xzMemoryLimit}`],
    package: 'xz-utils',
  },
  bzip2: { command: 'bzip2', args: ['-d', '-c', '-q'], package: 'bzip2' },
};

/**
 * Plain bytes of a compressed stream, by the system's own program over pipes, so that at most some 100 KiB are on
 * the way. Ending early ends the program. Fails with snapshots.decoder-missing, snapshots.invalid-archive or the
 * source's own error.
 */
export async function* decodeWithProgram(
  processes: Pick<Processes, 'spawn'>,
  compression: ProgramCompression,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const child = await start(processes, compression);
  let sourceFailure: { readonly error: unknown } | undefined;
  const feeding = feed(child.streams[0]!, source).catch((error: unknown) => {
    sourceFailure = { error };
    child.kill('SIGKILL');
  });
  const complaint = firstLine(child.stderr!);
  let ended = false;
  try {
    yield* child.streams[1] as AsyncIterable<Buffer>;
    const { code } = await child.exit;
    ended = true;
    if (sourceFailure !== undefined) throw sourceFailure.error;
    if (code === 0) return;
    const reason = `${compression}: ${(await complaint) || 'the compressed stream is damaged'}`;
    throw engineError('snapshots.invalid-archive', { reason });
  } finally {
    if (!ended) child.kill('SIGKILL');
    child.streams[0]!.destroy();
    await child.exit;
    await feeding;
  }
}

async function start(
  processes: Pick<Processes, 'spawn'>,
  compression: ProgramCompression,
): Promise<ChildProcess> {
  const { command, args, package: name } = programs[compression];
  try {
    return await processes.spawn({
      ...{ command, args, stdio: ['pipe', 'pipe', 'pipe'] },
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    const details = { compression, program: command, package: name };
    throw engineError('snapshots.decoder-missing', details, { cause: error });
  }
}

/** A program that ends before its input does tells why by its status. */
async function feed(input: Writable, source: AsyncIterable<Uint8Array>): Promise<void> {
  let open = true;
  input.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    input.once('close', () => {
      open = false;
      resolve();
    });
  });
  for await (const chunk of source) {
    if (!open) return;
    if (input.write(chunk)) continue;
    await Promise.race([closed, new Promise<void>((resolve) => input.once('drain', resolve))]);
  }
  input.end();
}

/** What the program says, without its own name; the rest is read and dropped. */
async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (text.length < messageLimit) text += chunk.toString('utf8');
  }
  const line =
    text
      .slice(0, messageLimit)
      .split('\n')
      .find((each) => each.trim() !== '') ?? '';
  return line.replace(/^(?:xz|bzip2): (?:\(stdin\): )?/, '').trim();
}
