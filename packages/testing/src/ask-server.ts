import { spawn } from 'node:child_process';
import { eventually } from './eventually.ts';
import { patience } from './patience.ts';
import { runCommand } from './run-command.ts';

export interface ServerQuestion {
  /** Path of the client's network namespace; default that of this process. */
  readonly namespace?: string | undefined;
  readonly protocol: 'tcp' | 'udp';
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
}

function inside(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ['nsenter', `--net=${namespace}`];
}

/**
 * The first line that a server answers to one line of the client; empty when there is none. A TCP connection that is not
 * made within a second is none: the kernel alone makes it. An answer takes as long as the machine needs.
 */
export function askServer({ namespace, protocol, address, port }: ServerQuestion): Promise<string> {
  const [family, host] = address.includes(':') ? ['6', `[${address}]`] : ['4', address];
  const limit = protocol === 'tcp' ? ',connect-timeout=1' : '';
  const target = `${protocol.toUpperCase()}${family}:${host}:${port}${limit}`;
  const [program = '', ...args] = [...inside(namespace), 'socat', '-t60', '-', target];
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: patience(20_000),
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end('hello\n');
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.includes('\n')) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(text.split('\n')[0]?.trim() ?? ''));
  });
}

/** Resolves once something in the namespace takes what is sent to the port on any of its addresses. */
export async function serverListens(
  question: Omit<ServerQuestion, 'address'> & { readonly family: 4 | 6 },
): Promise<void> {
  const { namespace, protocol, family, port } = question;
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const zeros = '0'.repeat(family === 4 ? 8 : 32);
  const listening = new RegExp(`:${hex} ${zeros}:0000`);
  const table = `/proc/self/net/${protocol}${family === 4 ? '' : '6'}`;
  const [program = '', ...args] = [...inside(namespace), 'cat', table];
  await eventually(async () => listening.test((await runCommand(program, args)).stdout));
}
