import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually, runCommand } from '@berth/testing';

/** Everything that the journal writes or reads lies in memory of the namespace; nobody hears of the host's kernel log. */
const mounts = `
mount -t tmpfs none /run/systemd && mkdir /run/systemd/journal
mkdir -p /run/log && mount -t tmpfs none /run/log && mkdir /run/log/journal
[ ! -d /var/log/journal ] || mount -t tmpfs none /var/log/journal
mount --bind /dev/null /dev/kmsg
mount --bind "$0" /etc/machine-id
echo ready
exec cat
`;

export interface JournalEntry {
  readonly [field: string]: string | readonly number[];
}

/** systemd's journal in a mount namespace of its own: the real one, without systemd and beside the host's. */
export class PrivateJournal implements AsyncDisposable {
  readonly #holder: ChildProcess;
  #journald: ChildProcess | undefined;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** `folder` gets the machine's ID of the namespace. */
  static async start(folder: string): Promise<PrivateJournal> {
    const machineId = path.join(folder, 'machine-id');
    writeFileSync(machineId, `${'5'.repeat(32)}\n`);
    const holder = spawn('unshare', ['--mount', 'sh', '-c', mounts, machineId], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout as NonNullable<typeof holder.stdout>, 'data');
    const journal = new PrivateJournal(holder);
    await journal.startProcess();
    return journal;
  }

  get mountNamespace(): string {
    return `/proc/${this.#holder.pid}/ns/mnt`;
  }

  async startProcess(): Promise<void> {
    const program = '/lib/systemd/systemd-journald';
    const args = [`--mount=${this.mountNamespace}`, program];
    this.#journald = spawn('nsenter', args, { stdio: 'ignore' });
    const socket = `/proc/${this.#holder.pid}/root/run/systemd/journal/socket`;
    await eventually(() => existsSync(socket));
  }

  async stopProcess(): Promise<void> {
    const journald = this.#journald;
    if (journald === undefined || journald.exitCode !== null) return;
    const ended = once(journald, 'exit');
    journald.kill();
    await ended;
  }

  /** Entries with this value of a field, oldest first. */
  async entries(match: string): Promise<JournalEntry[]> {
    const args = [`--mount=${this.mountNamespace}`, 'journalctl', '-o', 'json', '--all', match];
    const { stdout } = await runCommand('nsenter', args);
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as JournalEntry);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopProcess();
    const ended = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await ended;
  }
}
