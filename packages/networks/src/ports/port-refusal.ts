import { engineError, errnoOf } from '@berth/errors';
import type { PortOwner } from './port-registry.ts';
import type { PublishRequest } from './publish-plan.ts';

/** Why a host port could not be had. */
export type Refusal =
  | {
      readonly reason: 'allocated';
      /** `0.0.0.0:80` */
      readonly place: string;
      /** ID of the container that has it. */
      readonly holder: string;
    }
  | { readonly reason: 'unavailable'; readonly place: string; readonly cause: unknown };

const bindReasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files in system',
};

/** Why none of the candidates could be taken, in the words that Docker uses. */
export function portRefused(
  request: PublishRequest,
  refusal: Refusal | undefined,
  { endpointName: name, endpointId: id, address }: PortOwner,
  nameOf: (containerId: string) => string,
): Error {
  const choice = request.count === 1 && request.range?.first !== request.range?.last;
  if (refusal === undefined || request.range === undefined) {
    return engineError('networks.ports-exhausted', { name, id });
  }
  if (refusal.reason === 'allocated') {
    if (choice) return engineError('networks.ports-exhausted', { name, id });
    const holder = nameOf(refusal.holder);
    return engineError('networks.port-allocated', { name, id, host: refusal.place, holder });
  }
  const errno = errnoOf(refusal.cause) ?? 'EIO';
  const containerPort = request.port + (choice ? 0 : portOf(refusal.place) - request.range.first);
  const binding = `${refusal.place}:${address}:${containerPort}/${request.protocol}`;
  const reason = bindReasons[errno] ?? errno;
  const details = { name, id, binding, reason };
  return engineError('networks.port-in-use', details, { cause: refusal.cause });
}

function portOf(place: string): number {
  return Number(place.slice(place.lastIndexOf(':') + 1));
}
