import { posix } from 'node:path';
import { engineError } from '@berth/errors';

/** The normal form of a member's name: relative, without `.` parts. Fails for names that lead outside. */
export function memberName(name: string): string {
  if (name.includes('\0')) throw unsafe(name);
  if (name.split('/').includes('..')) throw unsafe(name);
  const normal = posix.normalize(name).replace(/^\/+/, '').replace(/\/$/, '');
  return normal === '.' ? '' : normal;
}

/** The member that a link stands for; symbolic links are relative to their own folder. */
export function linkedName(name: string, target: string, type: 'symlink' | 'hard-link'): string {
  const relative = type === 'hard-link' || target.startsWith('/');
  const joined = relative ? posix.normalize(target) : posix.join(posix.dirname(name), target);
  const normal = joined.replace(/^\/+/, '');
  if (normal === '..' || normal.startsWith('../')) throw unsafe(`${name} -> ${target}`);
  return normal;
}

function unsafe(name: string): Error {
  return engineError('images.invalid-archive', {
    reason: `member "${name.slice(0, 200)}" leads outside of the archive`,
  });
}
