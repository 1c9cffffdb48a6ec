import { engineError } from '@berth/errors';

const propagations = new Set(['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared']);
const consistencies = new Set(['consistent', 'cached', 'delegated', 'default']);

/** The third part of `-v source:destination:mode`, taken apart. */
export interface MountMode {
  readonly readWrite: boolean;
  readonly propagation?: string;
  readonly noCopy?: boolean;
}

/** Undefined when it is no mode: an unknown word, or two words of one group. */
export function tryParseMountMode(mode: string): MountMode | undefined {
  if (mode === '') return { readWrite: true };
  const groups = new Map<string, string>();
  for (const word of mode.split(',')) {
    const group = groupOf(word);
    if (group === undefined || groups.has(group)) return undefined;
    groups.set(group, word);
  }
  const propagation = groups.get('propagation');
  return {
    readWrite: groups.get('access') !== 'ro',
    ...(propagation === undefined ? {} : { propagation }),
    ...(groups.has('copy') ? { noCopy: true } : {}),
  };
}

/** Fails with Docker's text for an invalid mode. */
export function parseMountMode(mode: string): MountMode {
  const parsed = tryParseMountMode(mode);
  if (parsed === undefined) {
    throw engineError('containers.invalid-config', { reason: `invalid mode: ${mode}` });
  }
  return parsed;
}

export function isPropagation(word: string): boolean {
  return propagations.has(word);
}

function groupOf(word: string): string | undefined {
  if (word === 'ro' || word === 'rw') return 'access';
  if (word === 'z' || word === 'Z') return 'label';
  if (word === 'nocopy') return 'copy';
  if (propagations.has(word)) return 'propagation';
  if (consistencies.has(word)) return 'consistency';
  return undefined;
}
