import type { CompletionSource } from '../command-table/command-definition.ts';
import type { FlagType } from './flag-types.ts';

/** One flag of a command. */
export interface FlagDefinition {
  readonly name: string;
  readonly short?: string;
  readonly type: FlagType;
  readonly help: string;
  /** The default as text, when it is not the type's zero value. */
  readonly default?: string;
  /** A default that only help shows. */
  readonly shownDefault?: string;
  /** The type's name in help, when it is not the usual one. */
  readonly shownType?: string;
  /** A check of each value that may also rewrite it. Throws ValueError. */
  readonly check?: (value: string) => string;
  /** The API version from which daemons know it; older ones are not asked. */
  readonly apiVersion?: string;
  /** Accepted, but not shown. */
  readonly hidden?: boolean;
  /** The flag whose value this one sets (`--net` sets `network`). */
  readonly aliasOf?: string;
  /** Values that completion offers. */
  readonly choices?: readonly string[];
  /** Names that completion offers; without either it offers files. */
  readonly completes?: CompletionSource;
}
