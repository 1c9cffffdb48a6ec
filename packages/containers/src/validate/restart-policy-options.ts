import type { RestartPolicy } from '@berth/engine-api';
import { engineError } from '@berth/errors';

/** Fails with Docker's texts for an unknown policy or a retry count that it cannot have. */
export function checkRestartPolicy(policy: RestartPolicy | undefined): void {
  const name = policy?.Name ?? '';
  const retries = policy?.MaximumRetryCount ?? 0;
  switch (name) {
    case '':
      return;
    case 'on-failure':
      if (retries < 0) refuse('invalid restart policy: maximum retry count cannot be negative');
      return;
    case 'no':
    case 'always':
    case 'unless-stopped':
      if (retries === 0) return;
      refuse(
        `invalid restart policy: maximum retry count can only be used with 'on-failure'${retries < 0 ? ' and cannot be negative' : ''}`,
      );
      return;
    default:
      refuse(
        `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
      );
  }
}

function refuse(reason: string): never {
  throw engineError('containers.invalid-config', { reason });
}
