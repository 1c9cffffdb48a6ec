import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

interface PluginState {
  readonly volumes: Readonly<
    Record<string, { readonly opts: object; readonly mounts: readonly string[] }>
  >;
  readonly calls: readonly string[];
}

/** A volume plug-in in a process of its own, with a folder of plug-ins for `--plugin-dir`. */
export class VolumePlugin implements AsyncDisposable {
  readonly name: string;
  /** Where the daemon finds it. */
  readonly plugins: string;
  readonly folder: string;
  #child: ChildProcess | undefined;

  private constructor(name: string, plugins: string) {
    this.name = name;
    this.plugins = plugins;
    this.folder = mkdtempSync(path.join(tmpdir(), 'berth-test-plugin-'));
    mkdirSync(plugins, { recursive: true });
  }

  static async start(name: string, plugins: string): Promise<VolumePlugin> {
    const plugin = new VolumePlugin(name, plugins);
    await plugin.startProcess();
    return plugin;
  }

  async startProcess(): Promise<void> {
    const program = path.join(import.meta.dirname, 'volume-plugin-process.ts');
    const child = spawn(process.execPath, [program, this.socket, this.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the plug-in ended with ${code}`)));
    });
    child.removeAllListeners('exit');
  }

  async stopProcess(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  get socket(): string {
    return path.join(this.plugins, `${this.name}.sock`);
  }

  get state(): PluginState {
    return JSON.parse(readFileSync(path.join(this.folder, 'state.json'), 'utf8')) as PluginState;
  }

  mountsOf(volume: string): readonly string[] {
    return this.state.volumes[volume]?.mounts ?? [];
  }

  /** Makes methods misbehave (see the process); none given: behaves again. */
  behave(behaviour: object = {}): void {
    writeFileSync(path.join(this.folder, 'behaviour.json'), JSON.stringify(behaviour));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopProcess();
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.socket, { force: true });
  }
}
