import { compareBytes, type GoValue, kindOf, numberOf, typeNameOf } from './go-value.ts';
import { printValue } from './print-value.ts';

const incompatible = 'incompatible types for comparison';
const wrongType = 'invalid type for comparison';

/** Go's `eq`: basic kinds must be the same; lists and maps only compare with nil. */
export function equalValues(a: GoValue, b: GoValue): boolean {
  const [left, right] = [kindOf(a), kindOf(b)];
  const absent = (kind: string) => kind === 'invalid' || kind === 'nil';
  if (absent(left) || absent(right)) return absent(left) && absent(right);
  for (const value of [a, b]) {
    if (['slice', 'map'].includes(kindOf(value))) {
      throw new Error(`non-comparable type ${printValue(value)}: ${typeNameOf(value)}`);
    }
  }
  if (left !== right) throw new Error(incompatible);
  if (left === 'int') return BigInt(a as number) === BigInt(b as number);
  return left === 'float' ? numberOf(a) === numberOf(b) : a === b;
}

/** Negative, zero or positive, for numbers and strings of the same kind. */
export function compareValues(a: GoValue, b: GoValue): number {
  const [left, right] = [kindOf(a), kindOf(b)];
  const ordered = (kind: string) => kind === 'int' || kind === 'float' || kind === 'string';
  if (!ordered(left) || !ordered(right)) throw new Error(wrongType);
  if (left !== right) throw new Error(incompatible);
  return left === 'string' ? compareBytes(a as string, b as string) : numberOf(a) - numberOf(b);
}
