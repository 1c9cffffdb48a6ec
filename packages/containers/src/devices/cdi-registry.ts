import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '@berth/errors';
import { type CdiEdits, type CdiSpec, readCdiSpec } from './cdi-spec.ts';

/** The devices that the machine's specifications describe. */
export interface CdiDevices {
  /** By full name, `vendor.com/class=name`: what its specification gives to all, then its own. */
  readonly devices: ReadonlyMap<string, { readonly spec: CdiSpec; readonly edits: CdiEdits }>;
  /** Files that cannot be used, and devices that two files of a folder claim, with the reason. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Larger files are no specification. */
const largestFile = 16 << 20;

/**
 * Reads every specification (`.json`, `.yaml`, `.yml`) of the folders. A later folder has precedence over an earlier
 * one; within a folder no device may be described twice. Missing folders are empty.
 */
export async function readCdiDevices(folders: readonly string[]): Promise<CdiDevices> {
  const devices = new Map<string, { spec: CdiSpec; edits: CdiEdits }>();
  const problems = new Map<string, string>();
  for (const folder of folders) {
    const own = new Map<string, string>();
    for (const file of await specFiles(folder)) {
      try {
        const spec = readCdiSpec(await parse(file));
        for (const [name, edits] of Object.entries(spec.devices)) {
          const full = `${spec.kind}=${name}`;
          const other = own.get(full);
          if (other !== undefined)
            problems.set(full, `conflicting specifications: ${other}, ${file}`);
          own.set(full, file);
          devices.set(full, { spec, edits });
        }
      } catch (error) {
        problems.set(file, (error as Error).message);
      }
    }
    for (const name of own.keys()) if (problems.has(name)) devices.delete(name);
  }
  return { devices, problems };
}

async function specFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /\.(json|ya?ml)$/.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function parse(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  if (text.length > largestFile) throw new Error('the file is too large');
  if (file.endsWith('.json')) return JSON.parse(text);
  // Only where a device asks for it: most daemons never need it.
  const yaml = await import('yaml');
  return yaml.parse(text, { maxAliasCount: 100 });
}
