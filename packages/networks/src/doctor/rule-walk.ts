/** The first packet of a connection, as far as it is known when it meets a chain. */
export interface WalkedPacket {
  readonly oifname?: string;
  readonly protocol: string;
  readonly dport: number;
  readonly daddr?: string;
}

/** A rule in libnftables-json(5). */
export interface ListedRule {
  readonly expr: readonly Readonly<Record<string, unknown>>[];
}

/** Chains of one table by name, their rules in order. */
export type ListedChains = ReadonlyMap<string, readonly ListedRule[]>;

export type Verdict =
  | { readonly kind: 'accepted' | 'passed' }
  | { readonly kind: 'dropped'; readonly chain: string; readonly rule: number };

export interface Walk {
  readonly verdict: Verdict;
  /** Rules on the way that might take the packet, but by something that is not understood here. */
  readonly unclear: number;
}

type Truth = boolean | 'unknown';
const deepest = 16;

/**
 * What becomes of a packet in a chain. Only what is certain counts: a rule whose conditions are not all
 * understood is gone past and counted as unclear. `passed`: the end was reached, the policy decides.
 */
export function walkChain(
  chains: ListedChains,
  chain: string,
  packet: WalkedPacket,
  depth = 0,
): Walk {
  let unclear = 0;
  for (const [index, { expr }] of (chains.get(chain) ?? []).entries()) {
    const truth = matches(expr, packet);
    if (truth === false) continue;
    const action = actionOf(expr);
    if (action === undefined) continue;
    if (truth === 'unknown') {
      unclear += 1;
      continue;
    }
    if (action.kind === 'return') break;
    if (action.kind === 'accept') return { verdict: { kind: 'accepted' }, unclear };
    if (action.kind === 'drop') {
      return { verdict: { kind: 'dropped', chain, rule: index }, unclear };
    }
    if (action.target === undefined || depth === deepest) break;
    const inner = walkChain(chains, action.target, packet, depth + 1);
    unclear += inner.unclear;
    if (inner.verdict.kind !== 'passed' || action.kind === 'goto') {
      return { verdict: inner.verdict, unclear };
    }
  }
  return { verdict: { kind: 'passed' }, unclear };
}

interface Action {
  readonly kind: 'accept' | 'drop' | 'return' | 'jump' | 'goto';
  /** The chain of a jump. */
  readonly target?: string;
}

function actionOf(expr: ListedRule['expr']): Action | undefined {
  for (const statement of expr) {
    if ('accept' in statement) return { kind: 'accept' };
    if ('drop' in statement || 'reject' in statement) return { kind: 'drop' };
    if ('return' in statement) return { kind: 'return' };
    for (const kind of ['jump', 'goto'] as const) {
      const target = (statement[kind] as { target?: string } | undefined)?.target;
      if (target !== undefined) return { kind, target };
    }
  }
  return undefined;
}

/** Statements that neither match nor decide. */
const effects = new Set([
  'counter',
  'log',
  'comment',
  'accept',
  'drop',
  'reject',
  'return',
  'jump',
  'goto',
  'mangle',
]);

function matches(expr: ListedRule['expr'], packet: WalkedPacket): Truth {
  let result: Truth = true;
  for (const statement of expr) {
    const [kind = ''] = Object.keys(statement);
    if (effects.has(kind)) continue;
    const truth = kind === 'match' ? matchTruth(statement.match as Match, packet) : 'unknown';
    if (truth === false) return false;
    if (truth === 'unknown') result = 'unknown';
  }
  return result;
}

interface Match {
  readonly op: string;
  readonly left: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly right: unknown;
}

function matchTruth({ op, left, right }: Match, packet: WalkedPacket): Truth {
  const known = knownValue(left, packet);
  if (known === undefined || (op !== '==' && op !== '!=' && op !== 'in')) return 'unknown';
  const values = valuesOf(right);
  if (values === undefined) return 'unknown';
  const isIn = values.some((value) => value === known);
  return op === '!=' ? !isIn : isIn;
}

function knownValue(left: Match['left'], packet: WalkedPacket): string | undefined {
  const { meta, payload, ct } = left;
  if (meta?.key === 'oifname') return packet.oifname;
  if (meta?.key === 'l4proto') return packet.protocol;
  if (payload?.field === 'dport' && ['th', packet.protocol].includes(payload.protocol ?? '')) {
    return String(packet.dport);
  }
  if (payload?.field === 'daddr') return packet.daddr;
  if (payload?.field === 'protocol') return packet.protocol;
  return ct?.key === 'state' ? 'new' : undefined;
}

/** Single words and numbers, and sets of them; anything else (prefixes, ranges, named sets) is not read. */
function valuesOf(right: unknown): string[] | undefined {
  const items = Array.isArray(right) ? right : ((right as { set?: unknown[] })?.set ?? [right]);
  const plain = items.every((item) => typeof item === 'number' || typeof item === 'string');
  if (!plain || items.some((item) => String(item).startsWith('@') || String(item).includes('*'))) {
    return undefined;
  }
  return items.map(String);
}
