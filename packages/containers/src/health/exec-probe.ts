import { Duplex } from 'node:stream';
import { StreamFrameDecoder } from '@berth/engine-api';
import type { ContainerContext } from '../container-context.ts';
import { createExec } from '../exec/exec-create.ts';
import { startExec } from '../exec/exec-start.ts';
import { type ProbeAnswer, type ProbeRequest, timedOut } from './health-probe.ts';
import { outputLimit } from './health-state.ts';

/** What a session tells its client when the process could not be started. */
const notStarted = 'OCI runtime exec failed: ';

/**
 * Runs the probe's command in the container through its shim, as `exec` does, with the same events. A command that
 * takes too long is killed.
 */
export async function probeByExec(
  context: ContainerContext,
  { entry, live, plan, signal }: ProbeRequest,
  command: readonly string[],
): Promise<ProbeAnswer> {
  const { Id: id } = createExec(context, entry.id, {
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
  });
  const sink = new OutputSink();
  let late = false;
  const kill = (): void => void live.shim.kill({ execId: id }, 9).catch(() => undefined);
  const timer = setTimeout(() => {
    late = true;
    kill();
    // Whatever it has started may hold its output open.
    sink.finish();
  }, plan.timeout);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const session = await startExec(context, id, { detach: false });
    await session?.run(sink);
    if (late) return timedOut(plan.timeout, sink.text());
    const output = sink.text();
    if (output.startsWith(notStarted)) return { exitCode: -1, output: output.trimEnd() };
    return { exitCode: await exitCodeOf(context, id), output };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    sink.destroy();
    context.execs.discard(id);
  }
}

/** The end of the process is told on another connection than the end of its output. */
async function exitCodeOf({ execs }: ContainerContext, id: string): Promise<number> {
  await execs.ended(id);
  return execs.get(id).exitCode ?? -1;
}

/** The client of a probe: keeps the beginning of what comes, both streams together. */
class OutputSink extends Duplex {
  readonly #decoder = new StreamFrameDecoder();
  readonly #chunks: Buffer[] = [];
  #length = 0;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const { payload } of this.#decoder.decode(chunk)) {
      const room = outputLimit + 1 - this.#length;
      if (room <= 0) continue;
      const kept = Buffer.from(payload.subarray(0, room));
      this.#chunks.push(kept);
      this.#length += kept.length;
    }
    done();
  }

  /** Makes the session end as if the client had left. */
  finish(): void {
    this.push(null);
    this.destroy();
  }

  text(): string {
    const all = Buffer.concat(this.#chunks);
    const text = all.toString('utf8', 0, outputLimit);
    return all.length > outputLimit ? `${text}...` : text;
  }
}
