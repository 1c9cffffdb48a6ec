/**
 * Makes dist/: `npm run build`, with names behind `--` to build only those: the programs `berth` and `berthd`,
 * and `engine-client`, the client library as a package. A program's bundle is one file whose modules run when
 * they are first needed, behind a launcher that turns on Node's compile cache.
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { buildClientPackage } from './build/client-package.ts';

interface Program {
  /** Name of the folder in dist/ and of the launcher in it. */
  readonly name: string;
  readonly entry: string;
  readonly format: 'cjs' | 'esm';
  /** Modules that stay outside the bundle. */
  readonly external?: readonly string[];
  /** Entries of worker threads by the file name that the program starts them with. */
  readonly workers?: Readonly<Record<string, string>>;
}

const programs: readonly Program[] = [
  { name: 'berth', entry: 'packages/cli/src/main.ts', format: 'cjs' },
  {
    name: 'berthd',
    entry: 'packages/daemon/src/main.ts',
    format: 'esm',
    external: ['*.node'],
    workers: { 'snapshots-worker.js': 'packages/snapshots/src/worker/worker-main.ts' },
  },
];

const root = dirname(import.meta.dirname);
const wanted = process.argv.slice(2);

/** How each format names its files, turns on the compile cache and gets `require`. */
const formats = {
  cjs: {
    extension: 'cjs',
    launcher: "require('node:module').enableCompileCache();require('./main.cjs');\n",
    banner: '',
  },
  esm: {
    extension: 'mjs',
    launcher:
      "import { enableCompileCache } from 'node:module';\nenableCompileCache();\nawait import('./main.mjs');\n",
    banner:
      "import{createRequire as berthCreateRequire}from'node:module';const require=berthCreateRequire(import.meta.url);",
  },
} as const;

/**
 * Node's own modules come through `require`: an `import` of one reads every export at once, and with that loads what
 * only a few of them need (an HTTP client, WebAssembly) before the daemon begins.
 */
const requiredBuiltins: Plugin = {
  name: 'required-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace === 'builtin' ? { path, external: true } : { path, namespace: 'builtin' },
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

/** Builds beside the final place and swaps, so that nobody runs half a bundle. */
async function bundle(program: Program): Promise<void> {
  const { extension, launcher, banner } = formats[program.format];
  const folder = join(root, 'dist', program.name);
  const next = `${folder}.${process.pid}.new`;
  const main = `main.${extension}`;
  const options: BuildOptions = {
    absWorkingDir: root,
    entryPoints: [program.entry],
    outfile: join(next, main),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: program.format,
    minifySyntax: true,
    minifyWhitespace: true,
    // The daemon's stacks are to be read; keeping names beside short ones would cost a call for every closure made.
    minifyIdentifiers: program.name === 'berth',
    legalComments: 'none',
    logLevel: 'warning',
    external: [...(program.external ?? [])],
    banner: { js: banner },
    plugins: program.format === 'esm' ? [requiredBuiltins] : [],
  };
  await build(options);
  for (const [file, entry] of Object.entries(program.workers ?? {})) {
    await build({ ...options, entryPoints: [entry], outfile: join(next, file) });
  }
  writeFileSync(join(next, `${program.name}.${extension}`), launcher);
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
  const kilobytes = Math.round(statSync(join(folder, main)).size / 1024);
  process.stdout.write(`dist/${program.name}/${program.name}.${extension}: ${kilobytes} KiB\n`);
}

mkdirSync(join(root, 'dist'), { recursive: true });
for (const program of programs) {
  if (wanted.length > 0 && !wanted.includes(program.name)) continue;
  if (existsSync(join(root, program.entry))) await bundle(program);
  else process.stdout.write(`dist/${program.name}: left out, ${program.entry} is not there\n`);
}
if (wanted.length === 0 || wanted.includes('engine-client')) {
  await buildClientPackage(root);
  process.stdout.write('dist/engine-client: package\n');
}
