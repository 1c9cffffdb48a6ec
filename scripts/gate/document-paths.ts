import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sourceFiles } from './source-files.ts';

interface Deps {
  readonly floor: number | string;
  readonly mayImport: readonly string[];
}

/** What documents say of files and packages, where it is not so. */
export function checkDocumentPaths(root: string): string[] {
  const documents = sourceFiles(root, /\.md$/);
  const packages = new Map(
    sourceFiles(root, /^packages\/[^/]+\/deps\.json$/).map((file) => [
      path.basename(path.dirname(file)),
      JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Deps,
    ]),
  );
  return [
    ...documents.flatMap((document) => checkLinks(root, document)),
    ...checkNamedFiles(root, 'ARCHITECTURE.md'),
    ...checkMap(root, 'ARCHITECTURE.md', packages),
    ...[...packages].flatMap(([name, deps]) => checkReadme(root, name, deps, packages)),
  ];
}

/** Links to files that are not there. */
function checkLinks(root: string, document: string): string[] {
  return [...read(root, document).matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(path.join(root, path.dirname(document), target)))
    .map((target) => `${document}: links to ${target}, which does not exist`);
}

/** Sources are named by the end of their path: `http/api-server.ts`, `snapshots/src/overlay/`. */
function checkNamedFiles(root: string, document: string): string[] {
  const files = sourceFiles(root, /./).map((file) => `/${file}`);
  const named =
    /`([\w./-]+\.(?:ts|c|md|sh|yaml)|[\w./-]+\/src\/[\w./-]*\/|(?:native|docs)\/[\w./-]+)`/g;
  return [...read(root, document).matchAll(named)]
    .map(([, name = '']) => name)
    .filter((name) => !files.some((file) => isNamed(file, name)))
    .map((name) => `${document}: names ${name}, which does not exist`);
}

function isNamed(file: string, name: string): boolean {
  return file.endsWith(`/${name}`) || file.includes(`/${name.replace(/\/$/, '')}/`);
}

/** Packages that the map does not show, or shows on another floor. */
function checkMap(root: string, document: string, packages: ReadonlyMap<string, Deps>): string[] {
  const floors = new Map(
    [...read(root, document).matchAll(/^\| ([\w]+) \| ([^|]+) \|/gm)].flatMap(
      ([, floor = '', names = '']) =>
        [...names.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => [name, floor] as const),
    ),
  );
  return [...packages]
    .filter(([name, { floor }]) => floors.get(name) !== String(floor))
    .map(([name, { floor }]) => `${document}: the map does not show ${name} on floor ${floor}`);
}

/** A README that is missing, or names other imports than `deps.json`. */
function checkReadme(
  root: string,
  name: string,
  { mayImport }: Deps,
  packages: ReadonlyMap<string, Deps>,
): string[] {
  const document = `packages/${name}/README.md`;
  if (!existsSync(path.join(root, document))) return [`${document}: is missing`];
  const [, sentence = ''] =
    /May import: ([^.]*)/.exec(read(root, document).replaceAll(/\([^)]*\)/g, '')) ?? [];
  const named = (sentence.match(/[a-z-]+/g) ?? []).filter((word) => packages.has(word)).toSorted();
  if (named.length === 0 || named.join() === mayImport.toSorted().join()) return [];
  return [`${document}: names imports ${named.join(', ')}; deps.json has ${mayImport.join(', ')}`];
}

function read(root: string, document: string): string {
  return readFileSync(path.join(root, document), 'utf8');
}
