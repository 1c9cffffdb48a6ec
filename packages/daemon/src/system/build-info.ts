import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Which Berth this is. */
export interface BuildInfo {
  readonly version: string;
  /** Short hash of the commit; empty when it is not known. */
  readonly gitCommit: string;
}

/** Reads the package file of the installation, and its git folder when there is one. */
export function readBuildInfo(start = import.meta.dirname): BuildInfo {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'package.json'));
    if (manifest?.name === 'berth') {
      return { version: manifest.version ?? '0.0.0', gitCommit: readCommit(join(folder, '.git')) };
    }
  }
  return { version: '0.0.0', gitCommit: '' };
}

function readManifest(path: string): { name?: string; version?: string } | undefined {
  const text = readText(path);
  return text === undefined ? undefined : (JSON.parse(text) as { name?: string; version?: string });
}

function readCommit(gitFolder: string): string {
  const head = readText(join(gitFolder, 'HEAD'))?.trim() ?? '';
  const hash = head.startsWith('ref: ') ? readText(join(gitFolder, head.slice(5))) : head;
  return (hash ?? '').trim().slice(0, 7);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
