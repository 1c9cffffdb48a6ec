import {
  isOlderApiVersion,
  type Network,
  type NetworkCreateRequest,
  type NetworkInspect,
  type NetworkingConfig,
} from '@berth/engine-api';
import { engineError } from '@berth/errors';

/** IPv4 could not be switched off before 1.48. */
export function upgradeNetworkCreate(
  version: string,
  body: NetworkCreateRequest,
): NetworkCreateRequest {
  return isOlderApiVersion(version, '1.48') ? { ...body, EnableIPv4: undefined } : body;
}

/** EnableIPv4 is of 1.48. The counts of addresses (Status), of 1.52, are shown to all: clients take no offence at them. */
export function downgradeNetwork<Shape extends Network & NetworkInspect>(
  version: string,
  network: Shape,
): Shape {
  const older = { ...network };
  if (isOlderApiVersion(version, '1.48')) older.EnableIPv4 = undefined;
  return older;
}

/** A container could be made in one network only before 1.44. */
export function checkEndpointCount(
  version: string,
  networking: NetworkingConfig | null | undefined,
): void {
  const names = Object.keys(networking?.EndpointsConfig ?? {});
  if (names.length <= 1 || !isOlderApiVersion(version, '1.44')) return;
  throw engineError('containers.invalid-config', {
    reason: `Container cannot be created with multiple network endpoints: ${names.join(', ')}`,
  });
}
