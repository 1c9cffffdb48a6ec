/**
 * Makes dist/: `npm run build`, with names behind `--` to build only those: the programs `berth` and `berthd`,
 * and `engine-client`, the client library as a package. The daemon's bundle is one file behind a launcher that turns on
 * Node's compile cache; that of the command line is in `build/command-line/`.
 */
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { buildClientPackage } from './build/client-package.ts';
import { buildCommandLine } from './build/command-line/build-command-line.ts';
import { newerSource } from './build/newer-source.ts';

const root = dirname(import.meta.dirname);
const wanted = process.argv.slice(2);

/** Entries of the daemon's bundle by their names in it: the program, and worker threads that it starts by file name. */
const daemonEntries = {
  'main.mjs': 'packages/daemon/src/main.ts',
  'snapshots-worker.js': 'packages/snapshots/src/worker/worker-main.ts',
};

const daemonLauncher =
  "import { enableCompileCache } from 'node:module';\nenableCompileCache();\nawait import('./main.mjs');\n";
const daemonBanner =
  "import{createRequire as berthCreateRequire}from'node:module';const require=berthCreateRequire(import.meta.url);";

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
async function buildDaemon(): Promise<void> {
  const folder = join(root, 'dist/berthd');
  const next = `${folder}.${process.pid}.new`;
  const begun = new Date();
  const inputs = new Set<string>();
  for (const [file, entry] of Object.entries(daemonEntries)) {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: join(next, file),
      bundle: true,
      metafile: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      minifySyntax: true,
      minifyWhitespace: true,
      // Stacks are to be read; keeping names beside short ones would cost a call for every closure made.
      minifyIdentifiers: false,
      legalComments: 'none',
      logLevel: 'warning',
      external: ['*.node'],
      banner: { js: daemonBanner },
      plugins: [requiredBuiltins],
    });
    for (const input of Object.keys(metafile.inputs)) inputs.add(input);
  }
  writeFileSync(join(next, 'berthd.mjs'), daemonLauncher);
  writeFileSync(join(next, 'sources.sh'), newerSource([...inputs]));
  // What is edited while this runs is newer than the bundle.
  utimesSync(join(next, 'berthd.mjs'), begun, begun);
  rmSync(folder, { recursive: true, force: true });
  renameSync(next, folder);
}

const programs = {
  berth: () => buildCommandLine(root),
  berthd: buildDaemon,
  'engine-client': () => buildClientPackage(root),
};

mkdirSync(join(root, 'dist'), { recursive: true });
for (const [name, make] of Object.entries(programs)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await make();
  process.stdout.write(`dist/${name}\n`);
}
