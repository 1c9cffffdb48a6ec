import type { ContainerInspectResponse, ExecInspectResponse } from '@berth/engine-api';
import type { CallOptions, EngineTransport } from './engine-transport.ts';

/**
 * Whether output comes in frames, by the answer's Content-Type; undefined when that does not tell: before API
 * 1.42 `raw-stream` was sent for frames as well.
 */
export function framedByType(
  contentType: string | undefined,
  version: string,
): boolean | undefined {
  if (contentType?.includes('multiplexed-stream')) return true;
  const rawMeansRaw = Number(version.split('.')[1]) >= 42;
  return contentType?.includes('raw-stream') && rawMeansRaw ? false : undefined;
}

/** Whether the container or exec that a request was for has a terminal, whose output comes without frames. */
export async function hasTerminal(
  transport: EngineTransport,
  path: string,
  { signal, timeout }: CallOptions,
): Promise<boolean> {
  const [, kind, id] = /^\/(containers|exec)\/([^/]+)\//.exec(path) ?? [];
  const options = { signal, timeout };
  if (kind === 'containers') {
    const inspected = `/containers/${id}/json`;
    const container = await transport.json<ContainerInspectResponse>('GET', inspected, options);
    return container.Config?.Tty === true;
  }
  if (kind !== 'exec') return false;
  const exec = await transport.json<ExecInspectResponse>('GET', `/exec/${id}/json`, options);
  return exec.ProcessConfig?.tty === true;
}
