import { openSync, readSync } from 'node:fs';
import { Script } from 'node:vm';

/**
 * Runs the command line out of one file that holds its modules in parts. A part is read when a module of it is first
 * needed, together with V8's compiled code of it; the file stays open, so that a new build changes nothing for a
 * process that runs.
 */

/** Where a part lies behind the index: `code` bytes of compiled code, then `source` bytes of ASCII text. */
export interface BundlePart {
  readonly at: number;
  readonly code: number;
  readonly source: number;
  readonly modules: readonly string[];
}

/** The file begins with the length of the index in ASCII digits, `indexDigits` of them, then comes the index as JSON. */
export interface BundleIndex {
  readonly entry: string;
  readonly parts: readonly BundlePart[];
}

export const indexDigits = 8;
/** The most bytes of the index and its length, which are read at once. */
export const firstRead = 16 * 1024;

type Require = (name: string) => unknown;
/** What the source of a part evaluates to: its modules by name. */
type Modules = Readonly<Record<string, (module: { exports: unknown }, require: Require) => void>>;

/** Runs the entry of the bundle; `compiled` is told of each part that is loaded, by its number. */
export function runBundle(
  file: string,
  builtin: Require,
  compiled?: (part: number, script: Script) => void,
): void {
  const descriptor = openSync(file, 'r');
  const read = (at: number, size: number): Buffer => {
    const bytes = Buffer.allocUnsafeSlow(size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, size, at));
  };
  const head = read(0, firstRead);
  const base = indexDigits + Number(head.toString('latin1', 0, indexDigits));
  const index = JSON.parse(head.toString('latin1', indexDigits, base)) as BundleIndex;
  const places = new Map<string, number>();
  for (const [number, { modules }] of index.parts.entries()) {
    for (const name of modules) places.set(name, number);
  }
  const parts: (Modules | undefined)[] = [];
  const loaded = new Map<string, { exports: unknown }>();

  const load = (number: number): Modules => {
    const { at, code, source } = index.parts[number] as BundlePart;
    const bytes = read(base + at, code + source);
    const script = new Script(bytes.toString('latin1', code), {
      filename: `${file}:${number}`,
      // V8 looks whether it made this code itself, with the same flags; else it compiles the source.
      ...(code > 0 ? { cachedData: bytes.subarray(0, code) } : {}),
    });
    compiled?.(number, script);
    return script.runInThisContext() as Modules;
  };

  const required: Require = (name) => {
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const place = places.get(name);
    if (place === undefined) return builtin(name);
    parts[place] ??= load(place);
    const module = { exports: {} };
    loaded.set(name, module);
    parts[place][name]?.(module, required);
    return module.exports;
  };
  required(index.entry);
}
