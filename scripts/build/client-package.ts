import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** The oldest Node that the package runs on. */
const oldestNode = '20.16.0';

/**
 * Makes dist/engine-client: the client library as a package that anybody can install, for older releases
 * of Node than the sources run on, without dependencies.
 */
export async function buildClientPackage(root: string): Promise<void> {
  const source = path.join(root, 'packages/engine-client');
  const folder = path.join(root, 'dist/engine-client');
  const next = `${folder}.${process.pid}.new`;
  mkdirSync(next, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(source, 'src/index.ts')],
    outdir: path.join(next, 'lib'),
    bundle: true,
    splitting: true,
    platform: 'node',
    target: `node${oldestNode}`,
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
  });
  writeDeclarations(root, source, path.join(next, 'types'));
  const manifest = packageManifest(readFileSync(path.join(source, 'package.json'), 'utf8'));
  writeFileSync(path.join(next, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  cpSync(path.join(source, 'README.md'), path.join(next, 'README.md'));
  cpSync(path.join(root, 'LICENSE'), path.join(next, 'LICENSE'));
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
}

/** The public part of the workspace's manifest: what is bundled is no dependency. */
function packageManifest(text: string): object {
  const { name, version, description, license, type } = JSON.parse(text);
  return {
    ...{ name, version, description, license, type },
    keywords: ['docker', 'engine', 'api', 'client', 'containers'],
    engines: { node: `>=${oldestNode}` },
    exports: {
      '.': { types: './types/engine-client/src/index.d.ts', default: './lib/index.js' },
    },
    files: ['lib', 'types'],
    peerDependencies: { '@types/node': '>=20' },
    peerDependenciesMeta: { '@types/node': { optional: true } },
  };
}

function writeDeclarations(root: string, source: string, folder: string): void {
  const compiler = path.join(root, 'node_modules/.bin/tsc');
  const project = path.join(source, 'tsconfig.package.json');
  execFileSync(compiler, ['-p', project, '--outDir', folder], { stdio: 'inherit' });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const place = path.relative(path.dirname(file), folder);
    writeFileSync(file, publicSpecifiers(readFileSync(file, 'utf8'), place));
  }
}

/** Sources are imported as they are named; declarations refer to each other as modules, wherever they lie. */
function publicSpecifiers(declarations: string, toFolder: string): string {
  return declarations
    .replace(/(['"])@berth\/([\w-]+)\1/g, `$1${toFolder}/$2/src/index.js$1`)
    .replace(/(['"])@berth\/([\w-]+)\/([\w./-]+)\.ts\1/g, `$1${toFolder}/$2/src/$3.js$1`)
    .replace(/(['"])(\.{1,2}\/[\w./-]+)\.ts\1/g, '$1$2.js$1');
}
