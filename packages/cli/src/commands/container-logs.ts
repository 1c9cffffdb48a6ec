import { StreamFrameDecoder, streamTypes } from '@berth/engine-api/stream-frame.ts';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { apiTimestamp } from '../format/timestamps.ts';
import { CommandError, ValueError } from '../usage-error.ts';

/** `berth logs` */
export async function showLogs(context: CliContext, { flags, args }: Invocation): Promise<number> {
  const { engine, terminal } = context;
  const name = args[0] ?? '';
  const query = logQuery(flags);
  const container = await engine.containers.inspect(name);
  const { body } = await engine.stream('GET', `/containers/${encodeURIComponent(name)}/logs`, {
    query,
  });
  const decoder = container.Config?.Tty === true ? undefined : new StreamFrameDecoder();
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (decoder === undefined) {
      await written(terminal.output, chunk);
      continue;
    }
    for (const { stream, payload } of decoder.decode(chunk)) {
      if (stream === streamTypes.systemError) {
        throw new CommandError(`error from daemon in stream: ${payload.toString('utf8').trim()}`);
      }
      const isError = stream === streamTypes.stderr;
      await written(isError ? terminal.error : terminal.output, payload);
    }
  }
  return 0;
}

function written(stream: NodeJS.WriteStream, bytes: Buffer): Promise<void> | undefined {
  if (stream.write(bytes)) return undefined;
  return new Promise((resolve) => stream.once('drain', () => resolve()));
}

function logQuery(flags: ParsedFlags) {
  const now = Date.now();
  const time = (name: 'since' | 'until') => {
    const text = flags.string(name);
    if (text === '') return undefined;
    try {
      return apiTimestamp(text, now);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      throw new CommandError(`invalid value for "${name}": ${error.message}`);
    }
  };
  return {
    stdout: true,
    stderr: true,
    since: time('since'),
    until: time('until'),
    timestamps: flags.boolean('timestamps') || undefined,
    details: flags.boolean('details') || undefined,
    follow: flags.boolean('follow') || undefined,
    tail: flags.string('tail'),
  };
}
