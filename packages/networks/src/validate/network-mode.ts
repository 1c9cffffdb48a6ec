import { engineError } from '@berth/errors';
import type { NetworkValidation } from '../network-service.ts';

/** NetworkMode read: where the container's network comes from. */
export type NetworkMode =
  | { readonly kind: 'container'; readonly container: string }
  | { readonly kind: 'host' }
  | { readonly kind: 'network'; readonly name: string };

const undefinedBehaviour = 'This would result in undefined behavior';

/** `default` means the default bridge. Fails for `container:` without a container. */
export function parseNetworkMode(mode: string): NetworkMode {
  if (mode === 'container' || mode.startsWith('container:')) {
    const container = mode.slice('container:'.length);
    if (container === '') throw engineError('networks.invalid-mode', {});
    return { kind: 'container', container };
  }
  if (mode === 'host') return { kind: 'host' };
  return { kind: 'network', name: mode === 'default' || mode === '' ? 'bridge' : mode };
}

/** Refuses options that have no meaning in the network mode, with Docker's texts. */
export function checkNetworkMode(request: NetworkValidation): void {
  const { kind } = parseNetworkMode(request.networkMode);
  const conflict = conflictsOf(kind, request).find(([present]) => present);
  if (conflict !== undefined) {
    throw engineError('networks.conflicting-options', { reason: conflict[1] });
  }
}

function conflictsOf(
  kind: 'container' | 'host' | 'network',
  request: NetworkValidation,
): (readonly [present: boolean, reason: string])[] {
  const has = (items: readonly unknown[] | undefined) => (items?.length ?? 0) > 0;
  const links = has(request.links);
  const mac: readonly [boolean, string] = [
    (request.macAddress ?? '') !== '',
    'mac-address and the network mode',
  ];
  if (kind === 'network') return [];
  if (kind === 'host') {
    return [mac, [links, `host type networking can't be used with links. ${undefinedBehaviour}`]];
  }
  const publishes = request.publishAllPorts === true || has(Object.keys(request.portBindings));
  return [
    [(request.hostname ?? '') !== '', 'hostname and the network mode'],
    [links, `container type network can't be used with links. ${undefinedBehaviour}`],
    [has(request.dns), 'dns and the network mode'],
    [has(request.extraHosts), 'custom host-to-IP mapping and the network mode'],
    mac,
    [publishes, 'port publishing and the container type network mode'],
    [has(request.exposedPorts), 'port exposing and the container type network mode'],
  ];
}
