import type { EngineClient } from '@berth/engine-client';

interface WaitResult {
  readonly StatusCode: number;
  readonly Error?: { readonly Message?: string } | null;
}

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

/** A container's end that is being waited for. */
export interface ExitWatch {
  /** The exit code; 125 with a message when the daemon could not tell. */
  readonly exit: Promise<{ readonly code: number; readonly problem?: string }>;
}

/**
 * Starts to wait for a container and resolves as soon as the daemon is watching, so that an exit which
 * comes right after cannot be missed.
 */
export async function watchExit(
  engine: EngineClient,
  id: string,
  condition: WaitCondition,
): Promise<ExitWatch> {
  const response = await engine.stream('POST', `/containers/${id}/wait`, {
    query: condition === 'not-running' ? {} : { condition },
  });
  const exit = readResult(response.body).then((result) => {
    const problem = result.Error?.Message;
    if (problem) return { code: 125, problem: `Error waiting for container: ${problem}` };
    return { code: result.StatusCode };
  });
  exit.catch(() => {});
  return { exit };
}

async function readResult(body: AsyncIterable<Buffer>): Promise<WaitResult> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as WaitResult;
}
