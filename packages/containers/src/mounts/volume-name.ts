import { engineError } from '@berth/errors';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Fails with Docker's text for a volume name that is none. */
export function validateVolumeName(name: string): void {
  if (namePattern.test(name)) return;
  if (name.length === 1) {
    throw engineError('containers.invalid-config', {
      reason: `create ${name}: volume name is too short, names should be at least two alphanumeric characters`,
    });
  }
  throw engineError('containers.invalid-config', {
    reason: `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
  });
}
