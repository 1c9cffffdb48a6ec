import { engineError } from '@berth/errors';

const pattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** Longest name of a folder (NAME_MAX in limits.h). */
const longestName = 255;

/** Fails with Docker's text for a name that the local driver does not take. */
export function checkVolumeName(name: string): void {
  if (name.length === 1) throw engineError('volumes.name-too-short', { name });
  if (!pattern.test(name)) throw engineError('volumes.invalid-name', { name });
  if (name.length > longestName) {
    throw engineError('volumes.name-too-long', { name: `${name.slice(0, 32)}…` });
  }
}
