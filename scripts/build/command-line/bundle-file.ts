import { type BundleIndex, type BundlePart, firstRead, indexDigits } from './bundle-loader.ts';

export interface PartContents {
  readonly names: readonly string[];
  /** ASCII. */
  readonly source: string;
  /** V8's compiled code of the source; empty where there is none. */
  readonly code: Buffer;
}

/** The bytes of a bundle, as `bundle-loader.ts` reads them. */
export function bundleFile(entry: string, parts: readonly PartContents[]): Buffer {
  const places: BundlePart[] = [];
  let at = 0;
  for (const { names, source, code } of parts) {
    places.push({ at, code: code.length, source: source.length, modules: names });
    at += code.length + source.length;
  }
  const index = JSON.stringify({ entry, parts: places } satisfies BundleIndex);
  const head = String(index.length).padStart(indexDigits, '0') + index;
  if (head.length > firstRead) throw new Error('the index of the bundle is too long');
  const contents = parts.flatMap(({ source, code }) => [code, Buffer.from(source, 'latin1')]);
  return Buffer.concat([Buffer.from(head, 'latin1'), ...contents]);
}
