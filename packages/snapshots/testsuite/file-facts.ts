import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Files } from '@berth/kernel';

/** One line that says everything about a file but its name. Directories are described without size. */
export function fileFacts(files: Files, path: string | Buffer): string {
  const stat = lstatSync(path, { bigint: true });
  const facts = [
    (stat.mode & 0o7777n).toString(8).padStart(4, '0'),
    `${stat.uid}:${stat.gid}`,
    `${stat.mtimeNs}`,
  ];
  if (stat.isFile()) {
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
    facts.unshift('file', `${stat.size}`, hash.slice(0, 16));
  } else if (stat.isSymbolicLink()) {
    facts.splice(0, 1, 'link', readlinkSync(path, 'latin1'));
  } else if (stat.isDirectory()) facts.unshift('directory');
  else if (stat.isFIFO()) facts.unshift('fifo');
  else facts.unshift(stat.isBlockDevice() ? 'block' : 'char', `${stat.rdev}`);
  for (const name of files.listXattrs(path).sort()) {
    if (/^(?:user\.|security\.capability)/.test(name)) {
      facts.push(`${name}=${files.getXattr(path, name)?.toString('hex')}`);
    }
  }
  return facts.join(' ');
}

/** All files below `root` by path (bytes as latin1 text), with their facts. */
export function treeFacts(files: Files, root: string): Map<string, string> {
  const facts = new Map<string, string>();
  const visit = (below: string) => {
    const names = readdirSync(Buffer.from(`${root}/${below}`, 'latin1'), { encoding: 'latin1' });
    for (const name of names.sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      const bytes = Buffer.from(`${root}/${path}`, 'latin1');
      facts.set(path, fileFacts(files, bytes));
      if (lstatSync(bytes).isDirectory()) visit(path);
    }
  };
  visit('');
  return facts;
}
