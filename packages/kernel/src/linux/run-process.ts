import type { Readable } from 'node:stream';
import type { Processes } from '../processes.ts';
import { signalNumber } from './signals.ts';
import { spawnProcess } from './spawn-process.ts';

type RunOptions = NonNullable<Parameters<Processes['run']>[2]>;
type RunResult = Awaited<ReturnType<Processes['run']>>;

const outputLimit = 1024 * 1024;

/** Runs a program to its end. One ended by a signal has the status 128 + signal, as in a shell. */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const child = await spawnProcess({
    command,
    args,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const abort = () => child.kill('SIGKILL');
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted === true) abort();
  try {
    const stdin = child.streams[0];
    // A program may end without reading its input.
    stdin?.on('error', () => undefined);
    stdin?.end(options.input);
    const [stdout, stderr, exit] = await Promise.all([
      collect(child.streams[1]),
      collect(child.stderr),
      child.exit,
    ]);
    options.signal?.throwIfAborted();
    const code = exit.code ?? 128 + signalNumber(exit.signal);
    return { code, stdout, stderr };
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

/** Reads to the end and keeps the first MiB. */
async function collect(stream: Readable | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    const bytes = (chunk as Buffer).subarray(0, outputLimit - size);
    size += bytes.length;
    if (bytes.length > 0) chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
