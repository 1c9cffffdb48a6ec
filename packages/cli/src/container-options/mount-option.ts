import { resolve } from 'node:path';
import { parseCsvRecord } from '../flags/csv.ts';
import { cut } from '../flags/flag-types.ts';
import { parseBoolean } from '../flags/numbers.ts';
import { parseSize } from '../flags/sizes.ts';
import { ValueError } from '../usage-error.ts';

/** A mount as the API takes it; what was not asked for is absent. */
export interface MountSpec {
  Type: string;
  Source?: string;
  Target?: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: {
    Propagation?: string;
    NonRecursive?: boolean;
    CreateMountpoint?: boolean;
    ReadOnlyNonRecursive?: boolean;
    ReadOnlyForceRecursive?: boolean;
  };
  VolumeOptions?: {
    NoCopy?: boolean;
    Labels?: Record<string, string>;
    Subpath?: string;
    DriverConfig?: { Name?: string; Options?: Record<string, string> };
  };
  ImageOptions?: { Subpath?: string };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

/** Reads `--mount`: comma-separated `key=value`, CSV quoting. */
export function parseMount(text: string): MountSpec {
  const mount: MountSpec = { Type: 'volume' };
  for (const field of parseCsvRecord(text)) takeField(mount, field);
  checkCombination(mount);
  return mount;
}

const flagFields = ['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive', 'bind-create-src'];

function takeField(mount: MountSpec, field: string): void {
  const [name, given] = cut(field, '=');
  const key = name.toLowerCase();
  if (given === undefined && !flagFields.includes(key)) {
    throw new ValueError(`invalid field '${field}' must be a key=value pair`);
  }
  const take = fields[key];
  if (take === undefined) throw new ValueError(`unexpected key '${key}' in '${field}'`);
  take(mount, given ?? 'true', key);
}

type FieldReader = (mount: MountSpec, value: string, key: string) => void;

const setSource: FieldReader = (mount, value) => {
  mount.Source = value.startsWith('.') ? resolve(value) : value;
};
const setTarget: FieldReader = (mount, value) => {
  mount.Target = value;
};
const setReadOnly: FieldReader = (mount, value, key) => {
  mount.ReadOnly = boolean(value, key);
};

const fields: Readonly<Record<string, FieldReader>> = {
  type: (mount, value) => {
    mount.Type = value.toLowerCase();
  },
  source: setSource,
  src: setSource,
  target: setTarget,
  dst: setTarget,
  destination: setTarget,
  readonly: setReadOnly,
  ro: setReadOnly,
  consistency: (mount, value) => {
    mount.Consistency = value.toLowerCase();
  },
  'bind-propagation': (mount, value) => {
    bind(mount).Propagation = value.toLowerCase();
  },
  'bind-nonrecursive': (mount, value, key) => {
    bind(mount).NonRecursive = boolean(value, key);
  },
  'bind-create-src': (mount, value, key) => {
    bind(mount).CreateMountpoint = boolean(value, key);
  },
  'bind-recursive': (mount, value, key) => setRecursion(mount, value, key),
  'volume-subpath': (mount, value) => {
    volume(mount).Subpath = value;
  },
  'volume-nocopy': (mount, value, key) => {
    volume(mount).NoCopy = boolean(value, key);
  },
  'volume-label': (mount, value) => {
    const options = volume(mount);
    options.Labels = withPair(options.Labels, value);
  },
  'volume-driver': (mount, value) => {
    driver(mount).Name = value;
  },
  'volume-opt': (mount, value) => {
    driver(mount).Options = withPair(driver(mount).Options, value);
  },
  'image-subpath': (mount, value) => {
    mount.ImageOptions = { Subpath: value };
  },
  'tmpfs-size': (mount, value, key) => {
    tmpfs(mount).SizeBytes = readOr(() => parseSize(value), value, key);
  },
  'tmpfs-mode': (mount, value, key) => {
    const mode = /^[0-7]{1,11}$/.test(value) ? Number.parseInt(value, 8) : Number.NaN;
    if (!(mode < 2 ** 32)) throw new ValueError(`invalid value for ${key}: ${value}`);
    tmpfs(mount).Mode = mode;
  },
};

function bind(mount: MountSpec): NonNullable<MountSpec['BindOptions']> {
  mount.BindOptions ??= {};
  return mount.BindOptions;
}

function volume(mount: MountSpec): NonNullable<MountSpec['VolumeOptions']> {
  mount.VolumeOptions ??= { DriverConfig: {} };
  return mount.VolumeOptions;
}

function driver(mount: MountSpec): { Name?: string; Options?: Record<string, string> } {
  const options = volume(mount);
  options.DriverConfig ??= {};
  return options.DriverConfig;
}

function tmpfs(mount: MountSpec): NonNullable<MountSpec['TmpfsOptions']> {
  mount.TmpfsOptions ??= {};
  return mount.TmpfsOptions;
}

function setRecursion(mount: MountSpec, value: string, key: string): void {
  if (value === 'enabled') return;
  if (value === 'disabled') bind(mount).NonRecursive = true;
  else if (value === 'writable') bind(mount).ReadOnlyNonRecursive = true;
  else if (value === 'readonly') bind(mount).ReadOnlyForceRecursive = true;
  else {
    throw new ValueError(
      `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
    );
  }
}

function withPair(pairs: Record<string, string> | undefined, text: string): Record<string, string> {
  const [key, value] = cut(text, '=');
  return key === '' ? { ...pairs } : { ...pairs, [key]: value ?? '' };
}

function boolean(value: string, key: string): boolean {
  return readOr(() => parseBoolean(value), value, key);
}

function readOr<T>(read: () => T, value: string, key: string): T {
  try {
    return read();
  } catch {
    throw new ValueError(`invalid value for ${key}: ${value}`);
  }
}

function checkCombination(mount: MountSpec): void {
  if (mount.Type === '') throw new ValueError('type is required');
  if (!mount.Target) throw new ValueError('target is required');
  const kinds = {
    volume: 'VolumeOptions',
    image: 'ImageOptions',
    bind: 'BindOptions',
    tmpfs: 'TmpfsOptions',
  } as const;
  for (const [type, options] of Object.entries(kinds)) {
    if (mount[options] !== undefined && mount.Type !== type) {
      throw new ValueError(`cannot mix '${type}-*' options with mount type '${mount.Type}'`);
    }
  }
  const needs = (option: string, what: string) =>
    new ValueError(
      `option 'bind-recursive=${option}' requires '${what}' to be specified in conjunction`,
    );
  if (mount.BindOptions?.ReadOnlyNonRecursive && !mount.ReadOnly)
    throw needs('writable', 'readonly');
  if (mount.BindOptions?.ReadOnlyForceRecursive) {
    if (!mount.ReadOnly) throw needs('readonly', 'readonly');
    if (mount.BindOptions.Propagation !== 'rprivate')
      throw needs('readonly', 'bind-propagation=rprivate');
  }
}
