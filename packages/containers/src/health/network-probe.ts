import http from 'node:http';
import { isIPv6, Socket, type SocketConstructorOpts } from 'node:net';
import type { ContainerContext } from '../container-context.ts';
import type { Probe } from './health-plan.ts';
import { type ProbeAnswer, type ProbeRequest, timedOut } from './health-probe.ts';
import { outputLimit } from './health-state.ts';

type NetworkProbe = Exclude<Probe, { kind: 'exec' }>;

/**
 * Asks a port of the container from inside its network namespace, without a process in the container. The service
 * is hostile: only its status line, headers of bounded size and the beginning of its body are read.
 */
export async function probeByNetwork(
  { kernel }: ContainerContext,
  { entry, plan, signal }: ProbeRequest,
  probe: NetworkProbe,
): Promise<ProbeAnswer> {
  const socket = openSocket(kernel, entry.facts.pid ?? 0, isIPv6(probe.host));
  const { promise, resolve } = Promise.withResolvers<ProbeAnswer>();
  const timer = setTimeout(() => resolve(timedOut(plan.timeout, '')), plan.timeout);
  const abort = (): void => resolve({ exitCode: -1, output: '' });
  signal.addEventListener('abort', abort, { once: true });
  socket.once('error', (error) => resolve({ exitCode: 1, output: error.message }));
  socket.connect(probe.port, probe.host, () => {
    if (probe.kind === 'tcp') resolve({ exitCode: 0, output: '' });
    else request(socket, probe, resolve);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    socket.on('error', () => undefined);
    socket.destroy();
  }
}

/** A socket belongs to the network namespace that it was made in. */
function openSocket(
  { namespaces, ports }: ContainerContext['kernel'],
  pid: number,
  six: boolean,
): Socket {
  const held = namespaces.withNetworkNamespace(`/proc/${pid}/ns/net`, () =>
    ports.hold({ protocol: 'tcp', address: six ? '::' : '0.0.0.0', port: 0 }),
  );
  // Without manualStart it would be read from before it is connected.
  const options = { fd: held.descriptor, manualStart: true } as SocketConstructorOpts;
  return new Socket(options);
}

function request(
  socket: Socket,
  { host, port, path }: Extract<Probe, { kind: 'http' }>,
  answer: (answer: ProbeAnswer) => void,
): void {
  const headers = {
    Host: `${isIPv6(host) ? `[${host}]` : host}:${port}`,
    'User-Agent': 'berth-health',
    Connection: 'close',
  };
  const call = http.request({ createConnection: () => socket, path, headers });
  call.once('error', (error) => answer({ exitCode: 1, output: error.message }));
  call.once('response', (response) => {
    const { statusCode: status = 0, statusMessage: message = '' } = response;
    const exitCode = status >= 200 && status < 400 ? 0 : 1;
    const head = `HTTP ${status} ${message}`.trimEnd();
    let body = Buffer.alloc(0);
    const finish = (): void => {
      const text = body.toString('utf8', 0, outputLimit - head.length - 1);
      answer({ exitCode, output: text === '' ? head : `${head}\n${text}` });
    };
    response.on('data', (chunk: Buffer) => {
      body = Buffer.concat([body, chunk.subarray(0, outputLimit)]);
      if (body.length >= outputLimit) finish();
    });
    response.once('end', finish);
    response.once('error', finish);
  });
  call.end();
}
