import type { DeviceRequest } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import type { CdiDevices } from './cdi-registry.ts';

/** Full CDI names that a container asks for. Fails with Docker's texts when the machine does not have them. */
export function requestedDevices(
  requests: readonly DeviceRequest[],
  { devices, problems }: CdiDevices,
): string[] {
  const known = [...devices.keys()];
  const names = requests.flatMap((request) =>
    request.Driver === 'cdi' ? [...(request.DeviceIDs ?? [])] : byCapability(request, known),
  );
  const missing = names.filter((name) => !devices.has(name));
  if (missing.length > 0) {
    const reasons = missing.flatMap((name) => problems.get(name) ?? []);
    const reason = [`unresolvable CDI devices ${missing.join(', ')}`, ...reasons].join(': ');
    throw engineError('containers.cdi-failed', { reason });
  }
  return [...new Set(names)];
}

/** `--gpus`: devices of the class `gpu`, NVIDIA's before others'. */
function byCapability(request: DeviceRequest, known: readonly string[]): string[] {
  const { Driver: driver = '', Capabilities: capabilities, Count: count = 0 } = request;
  const asked = (capabilities ?? []).some((set) => set.includes('gpu'));
  const kinds = [...new Set(known.map((name) => name.split('=')[0] ?? ''))]
    .filter((kind) => kind.endsWith('/gpu'))
    .filter((kind) => driver === '' || kind.split(/[./]/).includes(driver))
    .sort((a, b) => Number(b.startsWith('nvidia.com/')) - Number(a.startsWith('nvidia.com/')));
  const kind = kinds[0];
  if (!asked || kind === undefined) {
    const shown = `[${(capabilities ?? []).map((set) => `[${set.join(' ')}]`).join(' ')}]`;
    throw engineError('containers.no-device-driver', { driver, capabilities: shown });
  }
  const ids = request.DeviceIDs ?? [];
  if (ids.length > 0) return ids.map((id) => `${kind}=${id}`);
  const own = known.filter((name) => name.startsWith(`${kind}=`));
  if (count < 0) return own.includes(`${kind}=all`) ? [`${kind}=all`] : own;
  return Array.from({ length: count }, (_, index) => `${kind}=${index}`);
}
