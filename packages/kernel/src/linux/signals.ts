import { constants } from 'node:os';

/** The number of a signal name; 0 for one that is not known. */
export function signalNumber(name: string | null): number {
  if (name === null) return 0;
  return (constants.signals as Readonly<Record<string, number>>)[name] ?? 0;
}
