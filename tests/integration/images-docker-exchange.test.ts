import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ImageFixture } from './images-fixture.ts';

/** Debian's dockerd in a network namespace and folders of its own. */
class DockerDaemon implements AsyncDisposable {
  readonly folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, process: ChildProcess) {
    this.folder = folder;
    this.#process = process;
  }

  static async start(): Promise<DockerDaemon> {
    const folder = await mkdtemp(join(tmpdir(), 'berth-dockerd-'));
    const options = [
      ...['--iptables=false', '--bridge=none', '-H', `unix://${folder}/docker.sock`],
      ...['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`],
      ...['-p', `${folder}/pid`],
    ];
    const child = spawn('unshare', ['-n', 'dockerd', ...options], { stdio: 'ignore' });
    const daemon = new DockerDaemon(folder, child);
    for (let attempt = 0; attempt < 200; attempt++) {
      if (existsSync(`${folder}/docker.sock`) && daemon.#answers()) return daemon;
      await delay(100);
    }
    await daemon[Symbol.asyncDispose]();
    throw new Error('dockerd does not answer');
  }

  docker(args: readonly string[], input?: Buffer): string {
    const env = { ...process.env, DOCKER_HOST: `unix://${this.folder}/docker.sock` };
    const options = { env, ...(input === undefined ? {} : { input }) };
    return execFileSync('docker', args, { ...options, stdio: 'pipe', encoding: 'utf8' }).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #answers(): boolean {
    try {
      this.docker(['version']);
      return true;
    } catch {
      return false;
    }
  }
}

const available = ['/usr/sbin/dockerd', '/usr/bin/dockerd'].some((path) => existsSync(path));
const skip = available ? false : 'install docker.io to run this test';

let folder: string;
let daemon: DockerDaemon | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-exchange-'));
  if (available) daemon = await DockerDaemon.start();
});
after(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function rootTar(name: string): Promise<Buffer> {
  const tree = join(folder, name);
  await mkdir(join(tree, 'etc'), { recursive: true });
  await writeFile(join(tree, 'etc/name'), name);
  return execFileSync('tar', ['-C', tree, '-c', '.']);
}

/** A context for the classic builder that makes an image of three layers without running anything. */
async function buildContext(): Promise<Buffer> {
  const context = join(folder, 'context');
  await mkdir(context);
  const dockerfile = [
    'FROM base:1',
    'COPY first /first',
    'ENV GREETING=hello',
    'COPY second /second',
    'CMD ["/first"]',
  ];
  await writeFile(join(context, 'Dockerfile'), dockerfile.join('\n'));
  await writeFile(join(context, 'first'), 'one');
  await writeFile(join(context, 'second'), 'two');
  return execFileSync('tar', ['-C', context, '-c', '.']);
}

test('what Docker saves loads here, several images that share layers', { skip }, async () => {
  const docker = daemon!;
  docker.docker(['import', '-', 'base:1'], await rootTar('base'));
  const env = {
    ...process.env,
    DOCKER_HOST: `unix://${docker.folder}/docker.sock`,
    DOCKER_BUILDKIT: '0',
  };
  const input = await buildContext();
  execFileSync('docker', ['build', '-q', '-t', 'built:1', '-'], { env, input, stdio: 'pipe' });
  const path = join(folder, 'docker.tar');
  docker.docker(['save', '-o', path, 'base:1', 'built:1']);

  await using fixture = await ImageFixture.open();
  await fixture.images.load(createReadStream(path), { quiet: true }, fixture.sink);
  const base = await fixture.images.inspect('base:1');
  const built = await fixture.images.inspect('built:1');
  const expected = JSON.parse(docker.docker(['inspect', 'built:1']))[0];
  assert.deepEqual(built.RootFS, expected.RootFS);
  assert.deepEqual(built.Config?.Cmd, ['/first']);
  assert.deepEqual(built.Config?.Env, expected.Config.Env);
  assert.equal(built.Created, expected.Created);
  assert.equal(base.RootFS?.Layers?.[0], built.RootFS?.Layers?.[0]);
  assert.equal((await fixture.contents()).layers.length, 3);
  const history = await fixture.images.history('built:1');
  const lines = docker.docker(['history', '--no-trunc', '--format', '{{.CreatedBy}}', 'built:1']);
  const told = history.map((step) => step.CreatedBy.trim());
  assert.equal(told.join('\n').trim(), lines.replaceAll(/ +$/gm, ''));
});

test('what is saved here loads into Docker with the same configuration', { skip }, async () => {
  await using fixture = await ImageFixture.open();
  const source = Readable.from([await rootTar('ours')]);
  const changes = ['CMD ["/x"]', 'LABEL a=b'];
  await fixture.images.import({ source, reference: 'ours:1', changes }, fixture.sink);
  const path = join(folder, 'ours.tar');
  await pipeline(await fixture.images.save(['ours:1']), createWriteStream(path));
  assert.match(daemon!.docker(['load', '-i', path]), /Loaded image: ours:1/);
  const { manifest } = await fixture.images.resolve('ours:1');
  const { config } = JSON.parse(String(await fixture.content.readAll(manifest.digest)));
  const image = JSON.parse(daemon!.docker(['inspect', 'ours:1']))[0];
  assert.equal(image.Id, config.digest);
  assert.deepEqual(image.Config.Labels, { a: 'b' });
});
