import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { newerSource } from '../newer-source.ts';
import { bundleFile } from './bundle-file.ts';
import { type SplitModules, splitModules } from './split-modules.ts';
import { warmUp } from './warm-up.ts';

/**
 * Makes dist/berth: `berth.cjs`, which starts the command line, and `berth.modules`, its modules together with V8's
 * compiled code of those functions that common commands run. `bundle-loader.ts` tells how that is read.
 */
export async function buildCommandLine(root: string): Promise<void> {
  const folder = path.join(root, 'dist/berth');
  const next = `${folder}.${process.pid}.new`;
  const work = `${folder}.${process.pid}.work`;
  const begun = new Date();
  mkdirSync(next, { recursive: true });
  mkdirSync(work, { recursive: true });
  try {
    const modules = await splitModules(root, 'packages/cli/src/main.ts');
    const compiled = (part: number) => path.join(work, `${part}.code`);
    const write = () => writeModules(path.join(next, 'berth.modules'), modules, compiled);
    write();
    const starter = path.join(work, 'starter.cjs');
    await writeStarter(starter, `'${next}/berth.modules'`, keepsCompiled(work));
    await warmUp(starter, work, write);
    await writeStarter(path.join(next, 'berth.cjs'), "__dirname + '/berth.modules'");
    writeFileSync(path.join(next, 'sources.sh'), newerSource(modules.inputs));
    // What is edited while this runs is newer than the bundle.
    utimesSync(path.join(next, 'berth.cjs'), begun, begun);
    rmSync(folder, { recursive: true, force: true });
    renameSync(next, folder);
  } finally {
    rmSync(next, { recursive: true, force: true });
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes the modules and what there is of compiled code, `compiled` being the file of a part's. */
function writeModules(
  file: string,
  { entry, groups }: SplitModules,
  compiled: (part: number) => string,
): void {
  const parts = groups.map(({ names, source }, number) => {
    const code = existsSync(compiled(number)) ? readFileSync(compiled(number)) : Buffer.alloc(0);
    return { names, source, code };
  });
  writeFileSync(file, bundleFile(entry, parts));
}

/** Writes the program that node is given: the loader, and the call of it. */
async function writeStarter(file: string, modules: string, compiled = 'undefined'): Promise<void> {
  await build({
    stdin: {
      contents: `import { runBundle } from './bundle-loader.ts';\nrunBundle(${modules}, require, ${compiled});`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** A function that keeps, when the process ends, what is compiled of each part by then. */
function keepsCompiled(folder: string): string {
  return `(part, script) => process.on('exit', () =>
    require('node:fs').writeFileSync(\`${folder}/\${part}.code\`, script.createCachedData()))`;
}
