import { readdirSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile, type Plugin, transform } from 'esbuild';
import { errorTable } from '../../../packages/errors/src/index.ts';

/** Some modules of the command line, as functions that a bundle runs when they are needed. */
export interface ModuleGroup {
  readonly names: readonly string[];
  /** An expression: an object of functions `(module, require)` by the module's name. ASCII only. */
  readonly source: string;
}

export interface SplitModules {
  readonly entry: string;
  /** First what every command line runs, then small modules that several commands share, then the others one by one. */
  readonly groups: readonly ModuleGroup[];
  /** The files that all of it is made of, relative to the repository. */
  readonly inputs: readonly string[];
}

/** Shared modules below this size, in bytes, are read together. */
const small = 1000;

/** Bundles what the entry imports and cuts it where it says `import()`. */
export async function splitModules(root: string, entry: string): Promise<SplitModules> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: 'split',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [errorTableAsText],
  });
  const sources = new Map<string, string>();
  for (const file of outputFiles) {
    // What is an `import()` here is a module of this bundle or one of Node's own: both can be had at once.
    const { code } = await transform(file.text, {
      format: 'cjs',
      platform: 'node',
      target: 'node24',
      minify: true,
      supported: { 'dynamic-import': false },
    });
    if (/[^\x00-\x7f]/.test(code)) throw new Error(`${file.path} is not ASCII`);
    sources.set(path.basename(file.path), code.trim());
  }
  const outputs = outputsByName(metafile);
  const [main] = [...outputs].find(([, output]) => output.entryPoint === entry) ?? [''];
  const groups = grouped(outputs, main).map((names) => {
    const functions = names.map(
      (name) => `${JSON.stringify(`./${name}`)}(module,require){${sources.get(name)}\n}`,
    );
    return { names: names.map((name) => `./${name}`), source: `({${functions.join(',\n')}})` };
  });
  const inputs = [...Object.keys(metafile.inputs), ...errorTableFiles(root)];
  return { entry: `./${main}`, groups, inputs };
}

type Outputs = ReadonlyMap<string, Metafile['outputs'][string]>;

function outputsByName(metafile: Metafile): Outputs {
  return new Map(
    Object.entries(metafile.outputs).map(([file, output]) => [path.basename(file), output]),
  );
}

/** The names of the modules of each group. */
function grouped(outputs: Outputs, main: string): string[][] {
  const always = withImports(outputs, main);
  const entries = [...outputs].filter(([, { entryPoint }]) => entryPoint).map(([name]) => name);
  const uses = new Map<string, number>();
  for (const entry of entries) {
    for (const name of withImports(outputs, entry)) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const rest = [...outputs.keys()].filter((name) => !always.has(name));
  const shared = (name: string) => (uses.get(name) ?? 0) > 1 && isSmall(outputs, name);
  return [
    [...always],
    rest.filter(shared),
    ...rest.filter((name) => !shared(name)).map((name) => [name]),
  ];
}

function isSmall(outputs: Outputs, name: string): boolean {
  return (outputs.get(name)?.bytes ?? 0) < small;
}

/** A module and all that is loaded with it. */
function withImports(outputs: Outputs, start: string): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const { path: file, kind, external } of outputs.get(name)?.imports ?? []) {
      if (kind === 'import-statement' && !external) visit(path.basename(file));
    }
  };
  visit(start);
  return found;
}

/** What the text of `errorTableAsText` comes from. */
function errorTableFiles(root: string): string[] {
  const folder = 'packages/errors/src/table';
  return readdirSync(path.join(root, folder)).map((file) => path.join(folder, file));
}

/** Of the errors few runs need one, and making the table of all takes time: it is text until then. */
const errorTableAsText: Plugin = {
  name: 'error-table-as-text',
  setup({ onLoad }) {
    const text = JSON.stringify(JSON.stringify(errorTable));
    onLoad({ filter: /\/errors\/src\/error-table\.ts$/ }, () => ({
      contents: `let table;
const get = (_, code) => (table ??= JSON.parse(${text}))[code];
export const errorTable = new Proxy({}, { get });`,
    }));
  },
};
