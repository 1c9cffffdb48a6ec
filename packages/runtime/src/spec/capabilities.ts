import { engineError } from '@berth/errors';
import type { CapabilitySets } from '../runtime-spec.ts';

/** What a container gets without any flag (the same set as Docker's). */
export const defaultCapabilities: readonly string[] = [
  'CAP_AUDIT_WRITE',
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_MKNOD',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_RAW',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
];

export interface CapabilityRequest {
  readonly add: readonly string[];
  readonly drop: readonly string[];
  readonly privileged: boolean;
  /** Every capability the kernel knows. */
  readonly known: readonly string[];
  /** What the daemon itself may hand on. */
  readonly bounding: ReadonlySet<string>;
}

/**
 * The capabilities of a container: privileged gives all; `ALL` in add or drop as in Docker. Those that the host
 * cannot give are left out of the implicit sets, and refused when they were asked for by name.
 */
export function resolveCapabilities(request: CapabilityRequest): string[] {
  const add = normaliseCapabilities(request.add, 'CapAdd', request.known);
  const drop = normaliseCapabilities(request.drop, 'CapDrop', request.known);
  const missing = add.find((name) => name !== 'ALL' && !request.bounding.has(name));
  if (missing !== undefined && !request.privileged) {
    throw engineError('runtime.capability-unavailable', { capability: missing });
  }
  const base = baseCapabilities(request, add, drop);
  return [...base].filter((name) => request.bounding.has(name)).sort();
}

function baseCapabilities(request: CapabilityRequest, add: string[], drop: string[]): Set<string> {
  if (request.privileged) return new Set(request.known);
  const dropped = new Set(drop);
  if (add.includes('ALL')) {
    return new Set(request.known.filter((name) => !dropped.has(name)));
  }
  const start = dropped.has('ALL') ? [] : defaultCapabilities.filter((name) => !dropped.has(name));
  return new Set([...start, ...add]);
}

/** Upper-case names with the CAP_ prefix; an unknown one fails with Docker's text. */
export function normaliseCapabilities(
  names: readonly string[],
  field: 'CapAdd' | 'CapDrop',
  known: readonly string[],
): string[] {
  return names.map((given) => {
    const upper = given.toUpperCase();
    if (upper === 'ALL') return 'ALL';
    const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
    if (!known.includes(name)) {
      throw engineError('runtime.unknown-capability', { field, capability: given });
    }
    return name;
  });
}

/** Sets for a process: a user other than root has none in effect (execve(2) clears them anyway). */
export function capabilitySets(capabilities: readonly string[]): CapabilitySets {
  return { bounding: capabilities, effective: capabilities, permitted: capabilities };
}
