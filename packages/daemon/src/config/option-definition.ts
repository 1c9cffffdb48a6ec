/** A value of `--default-ulimit` by name. */
export interface UlimitValue {
  readonly Name: string;
  readonly Hard: number;
  readonly Soft: number;
}

export interface AddressPool {
  readonly base: string;
  readonly size: number;
}

export interface RuntimeDefinition {
  readonly path: string;
  readonly runtimeArgs?: readonly string[];
}

/** The value type of each option type. */
export interface OptionValues {
  string: string;
  boolean: boolean;
  integer: number;
  /** Bytes; written with a unit (`64m`) or as a number. */
  bytes: number;
  list: readonly string[];
  map: Readonly<Record<string, string>>;
  switches: Readonly<Record<string, boolean>>;
  ulimits: Readonly<Record<string, UlimitValue>>;
  pools: readonly AddressPool[];
  runtimes: Readonly<Record<string, RuntimeDefinition>>;
  /** Read and handed on as it is. */
  object: Readonly<Record<string, unknown>>;
}

export type OptionType = keyof OptionValues;

/** One row of the option table; its name in the table is its key in daemon.json. */
export interface OptionDefinition<Type extends OptionType = OptionType> {
  readonly type: Type;
  readonly default: OptionValues[Type];
  readonly help: string;
  /** Name of the flag when it is not the key. `false`: the configuration file only. */
  readonly flag?: string | false;
  readonly short?: string;
  /** False for options that the configuration file may not hold. */
  readonly inFile?: false;
  /** Taken over on SIGHUP. */
  readonly reloadable?: true;
  /** Known to dockerd but not to this version: setting it to anything but the default is an error. */
  readonly unsupported?: true;
}

export function option<Type extends OptionType>(
  definition: OptionDefinition<Type>,
): OptionDefinition<Type> {
  return definition;
}
