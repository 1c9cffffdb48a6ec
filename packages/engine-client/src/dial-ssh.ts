import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { engineError } from '@berth/errors';
import type { SshAddress } from './engine-host.ts';

/** How much of what ssh writes to standard error an error text can have, in bytes. */
const maxComplaintBytes = 4096;

/**
 * A connection to the daemon of another machine through the system's ssh, which brings its own
 * configuration, keys and agent. On the other side `berth system dial-stdio` (else docker's) connects to the
 * daemon. Fails with client.ssh-missing; what ssh refuses later destroys the connection with client.ssh-failed.
 */
export async function dialSsh(host: string, address: SshAddress): Promise<Duplex> {
  const child = spawn('ssh', sshArguments(address), { stdio: ['pipe', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'there is no program "ssh"' : error.message;
      reject(engineError('client.ssh-missing', { host, reason }, { cause: error }));
    });
  });
  return new CommandConnection(child, host);
}

/** The arguments for ssh. */
export function sshArguments({ user, hostname, port, socketPath }: SshAddress): string[] {
  return [
    ...['-o', 'ConnectTimeout=30', '-T'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    hostname,
    remoteCommand(socketPath),
  ];
}

function remoteCommand(socketPath: string | undefined): string {
  const options = socketPath === undefined ? '' : ` --host ${shellQuote(`unix://${socketPath}`)}`;
  const dial = (program: string) => `exec ${program}${options} system dial-stdio`;
  return `if command -v berth >/dev/null 2>&1; then ${dial('berth')}; else ${dial('docker')}; fi`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Standard input and output of a program as one connection. Ending it ends the program. */
class CommandConnection extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #complaint = '';

  constructor(child: ChildProcessWithoutNullStreams, host: string) {
    super({ allowHalfOpen: true });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString('utf8')).slice(-maxComplaintBytes);
    });
    // A program that has gone is reported by its exit, with the reason.
    child.stdin.on('error', () => {});
    child.once('close', (code) => {
      if (code === 0) this.push(null);
      else {
        const reason = this.#complaint.trim() || `ssh ended with exit code ${code}`;
        this.destroy(engineError('client.ssh-failed', { host, reason }));
      }
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#child.exitCode === null) this.#child.kill();
    done(error);
  }
}
