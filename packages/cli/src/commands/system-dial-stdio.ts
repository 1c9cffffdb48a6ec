import { pipeline } from 'node:stream/promises';
import type { CliContext } from '../cli-context.ts';

/**
 * `berth system dial-stdio`: a connection to the daemon over standard input and output, for clients that
 * come by ssh. The end of input is passed on; it ends when the daemon closes.
 */
export async function dialStdio(context: CliContext): Promise<number> {
  const connection = await context.engine.connect();
  const sending = pipeline(context.terminal.input, connection);
  // A daemon that closes first breaks the pipe: that is how connections end.
  sending.catch(() => {});
  await pipeline(connection, context.terminal.output, { end: false });
  return 0;
}
