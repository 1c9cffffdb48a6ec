import type { CallOptions, EngineTransport } from './engine-transport.ts';
import { AttachedStreams, OutputStreams } from './output-streams.ts';
import { framedByType, hasTerminal } from './stream-framing.ts';

/** Opens output that is only read (logs). */
export async function openOutput(
  transport: EngineTransport,
  path: string,
  options: CallOptions,
): Promise<OutputStreams> {
  const { host } = transport;
  const { headers, body } = await transport.stream('GET', path, options);
  body.on('error', () => {});
  try {
    const told = framedByType(headers.get('content-type'), await transport.apiVersion());
    const framed = told ?? !(await hasTerminal(transport, path, options));
    return new OutputStreams({ stream: body, framed, host });
  } catch (error) {
    body.destroy();
    throw error;
  }
}

/** Takes over a connection to a process (attach, exec). */
export async function openAttached(
  transport: EngineTransport,
  path: string,
  options: CallOptions,
): Promise<AttachedStreams> {
  const { socket, rest, multiplexed } = await transport.hijack('POST', path, options);
  try {
    const framed = multiplexed ?? !(await hasTerminal(transport, path, options));
    if (rest.length > 0) socket.unshift(rest);
    return new AttachedStreams(socket, framed, transport.host);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
