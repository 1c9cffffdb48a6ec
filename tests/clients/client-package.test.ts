import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runCommand, TestDaemon, TestRegistry } from '@berth/testing';

/**
 * The client library as its users have it: installed from the packed archive into a project that knows nothing of
 * this repository, run by the Node of the machine. Every example of the documents is run there.
 */

const repository = path.resolve(import.meta.dirname, '../..');
const documents = ['packages/engine-client/README.md', 'docs/client.md'];

interface Example {
  readonly title: string;
  readonly code: string;
  /** What it prints; `…` stands for any text. */
  readonly prints: string;
}

/** The `ts` blocks of a document, each with the `text` block that follows it. */
function examplesOf(document: string): Example[] {
  const text = readFileSync(path.join(repository, document), 'utf8');
  const blocks = /```ts\n(.*?)```\n(?:\n```text\n(.*?)```\n)?/gs;
  return [...text.matchAll(blocks)].map(({ 1: code = '', 2: prints = '', index }) => {
    const heading = [...text.slice(0, index).matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? '';
    const line = text.slice(0, index).split('\n').length;
    return { title: `${document}:${line} ${heading}`, code, prints };
  });
}

function assertPrints(actual: string, expected: string): void {
  const parts = expected.trim().split('…');
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  assert.match(actual.trim(), new RegExp(`^${pattern}$`));
}

let folder: string;
let registry: TestRegistry;
let daemon: TestDaemon;

async function run(program: string, ...args: string[]): Promise<string> {
  const env = { DOCKER_HOST: daemon.host, BERTH_HOST: '', DOCKER_CONTEXT: '' };
  const result = await runCommand(program, args, { cwd: folder, env });
  const command = [program, ...args].join(' ');
  assert.equal(result.code, 0, `${command}:\n${result.stdout}\n${result.stderr}`);
  return result.stdout;
}

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'berth-client-package-'));
  registry = await TestRegistry.start();
  daemon = await TestDaemon.start({ config: { 'registry-mirrors': [registry.url] } });
  await registry.exposeTo(daemon.namespacePid);
  const remote = `${registry.host}/library/alpine`;
  await daemon.dockerOk(['tag', 'busybox', remote]);
  await daemon.dockerOk(['push', remote]);
  const script = path.join(repository, 'scripts/build.ts');
  await run(process.execPath, script, 'engine-client');
  const built = path.join(repository, 'dist/engine-client');
  const packed = JSON.parse(await run('npm', 'pack', '--json', built)) as { filename: string }[];
  const manifest = { name: 'shop', version: '1.0.0', type: 'module', private: true };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  const offline = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', 'install', ...offline, `./${packed[0]?.filename}`);
});

after(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test('the machine has a Node that the package is for', async () => {
  const [major = 0, minor = 0] = (await run('node', '--version')).slice(1).split('.').map(Number);
  assert(major > 20 || (major === 20 && minor >= 16), 'install Node 20.16 or newer on the PATH');
});

test('the package brings nothing else along', () => {
  const modules = path.join(folder, 'node_modules');
  const folders = [modules, path.join(modules, '@berth')].map((name) =>
    readdirSync(name).filter((entry) => !entry.startsWith('.')),
  );
  assert.deepEqual(folders, [['@berth'], ['engine-client']]);
});

describe('examples', () => {
  const examples = documents.flatMap(examplesOf);
  for (const [number, { title, code, prints }] of examples.entries()) {
    test(title, async () => {
      const file = `example-${number}.js`;
      writeFileSync(path.join(folder, file), code);
      assertPrints(await run('node', file), prints);
      assert.equal(await daemon.dockerOk(['ps', '-aq']), '', 'the example left a container behind');
    });
  }

  test('all of them are right in the eyes of TypeScript', async () => {
    const typed = path.join(folder, 'typed');
    mkdirSync(typed);
    for (const [number, { code }] of examples.entries()) {
      writeFileSync(path.join(typed, `example-${number}.ts`), code);
    }
    const wrong = `import { createEngineClient } from '@berth/engine-client';
// @ts-expect-error
createEngineClient().containers.list({ filters: { nosuch: 'a' } });
// @ts-expect-error
createEngineClient().containers.inspect();
// @ts-expect-error
createEngineClient().containers.create({ Image: 7 });
`;
    writeFileSync(path.join(typed, 'wrong.ts'), wrong);
    const options = {
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      strict: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [path.join(repository, 'node_modules/@types')],
    };
    const project = JSON.stringify({ compilerOptions: options, include: ['typed'] });
    writeFileSync(path.join(folder, 'tsconfig.json'), project);
    await run(path.join(repository, 'node_modules/.bin/tsc'), '-p', '.');
  });
});
