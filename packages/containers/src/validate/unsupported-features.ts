import { engineError } from '@berth/errors';
import { remoteLogDrivers } from '@berth/logs/remote/remote-drivers.ts';
import type { ContainerCreateBody } from '../container-service.ts';

interface Feature {
  readonly name: string;
  readonly asked: (body: ContainerCreateBody) => boolean;
}

const supportedLogDrivers = new Set(['', 'json-file', 'local', 'none', ...remoteLogDrivers]);
/** Log drivers that Docker has and this version has not. */
const laterLogDrivers = new Set(['awslogs', 'etwlogs', 'gcplogs', 'logentries', 'splunk']);

/** What this version refuses rather than ignores. */
const features: readonly Feature[] = [
  { name: '--cgroup', asked: (body) => Boolean(body.HostConfig?.Cgroup) },
  {
    name: 'a container without network (NetworkDisabled)',
    asked: (body) => body.NetworkDisabled === true,
  },
];

/** Fails with containers.unsupported for a request that this version cannot honour. */
export function refuseUnsupported(body: ContainerCreateBody): void {
  for (const feature of features) {
    if (feature.asked(body)) throw engineError('containers.unsupported', { feature: feature.name });
  }
  const isolation = body.HostConfig?.Isolation ?? '';
  if (isolation !== '' && isolation !== 'default') {
    throw engineError('containers.invalid-config', {
      reason: `invalid isolation '${isolation}' on linux`,
    });
  }
  refuseLogDriver(body.HostConfig?.LogConfig?.Type ?? '');
}

function refuseLogDriver(driver: string): void {
  if (supportedLogDrivers.has(driver)) return;
  if (laterLogDrivers.has(driver)) {
    throw engineError('containers.unsupported', { feature: `the log driver ${driver}` });
  }
  throw engineError('containers.unknown-log-driver', { driver });
}
