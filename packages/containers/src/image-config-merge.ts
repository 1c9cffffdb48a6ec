import type { ContainerConfig, HealthConfig } from '@berth/engine-api';
import type { ImageRunConfig } from '@berth/oci';

type Flags = Record<string, Record<string, never>>;

/**
 * What a container runs with: the user's configuration over the image's, with Docker's rules. An
 * entrypoint given by the user drops the image's command; `[""]` removes the image's entrypoint.
 */
export function mergeImageConfig(
  user: ContainerConfig,
  imageConfig: ImageRunConfig | undefined,
): ContainerConfig {
  const image = sanitizeImageConfig(imageConfig);
  return {
    ...user,
    User: user.User || image.User || '',
    ...withFlags('ExposedPorts', user.ExposedPorts, image.ExposedPorts),
    Env: mergeEnv(user.Env ?? [], image.Env),
    ...mergeCommand(user, image),
    Volumes: mergeFlags(user.Volumes, image.Volumes),
    WorkingDir: user.WorkingDir || image.WorkingDir || '',
    Labels: { ...image.Labels, ...user.Labels },
    ...optional('StopSignal', user.StopSignal || image.StopSignal),
    ...optional('Shell', user.Shell ?? image.Shell),
    ...optional('Healthcheck', mergeHealthcheck(user.Healthcheck, image.Healthcheck)),
  };
}

/** Entrypoint and command as one argument vector: what will be executed. */
export function commandLine(config: ContainerConfig): { path: string; args: readonly string[] } {
  const [path = '', ...args] = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  return { path, args };
}

function mergeCommand(
  user: ContainerConfig,
  image: ImageRunConfig,
): Pick<ContainerConfig, 'Cmd' | 'Entrypoint'> {
  const given = user.Entrypoint ?? [];
  if (given.length > 0) {
    const reset = given.length === 1 && given[0] === '';
    return { Cmd: user.Cmd ?? null, Entrypoint: reset ? null : given };
  }
  const cmd = (user.Cmd ?? []).length > 0 ? user.Cmd : image.Cmd;
  const entrypoint = user.Entrypoint ?? image.Entrypoint;
  return { Cmd: cmd ?? null, Entrypoint: entrypoint ?? null };
}

/** The user's variables first, then those of the image that the user does not mention; null for none at all. */
function mergeEnv(
  user: readonly string[],
  image: readonly string[] | undefined,
): readonly string[] | null {
  if (user.length === 0) return image ?? null;
  const names = new Set(user.map(variableName));
  return [...user, ...(image ?? []).filter((entry) => !names.has(variableName(entry)))];
}

function variableName(entry: string): string {
  const equals = entry.indexOf('=');
  return equals < 0 ? entry : entry.slice(0, equals);
}

function mergeFlags(
  user: Flags | null | undefined,
  image: Readonly<Record<string, object>> | undefined,
): Flags | null {
  const names = [...Object.keys(image ?? {}), ...Object.keys(user ?? {})];
  if (names.length === 0) return null;
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function withFlags(
  name: 'ExposedPorts',
  user: Flags | null | undefined,
  image: Readonly<Record<string, object>> | undefined,
): Pick<ContainerConfig, 'ExposedPorts'> {
  const merged = mergeFlags(user, image);
  return merged === null || Object.keys(merged).length === 0 ? {} : { [name]: merged };
}

function mergeHealthcheck(
  user: HealthConfig | null | undefined,
  image: ImageRunConfig['Healthcheck'],
): HealthConfig | undefined {
  if (image === undefined) return user ?? undefined;
  if (user === null || user === undefined) return image;
  const merged: HealthConfig = { ...image };
  for (const [name, value] of Object.entries(user)) {
    const empty = Array.isArray(value) ? value.length === 0 : !value;
    if (!empty) Object.assign(merged, { [name]: value });
  }
  return merged;
}

function optional<Name extends 'StopSignal' | 'Shell' | 'Healthcheck'>(
  name: Name,
  value: ContainerConfig[Name],
): Pick<ContainerConfig, Name> | Record<string, never> {
  if (value === undefined || value === null || value === '') return {};
  return { [name]: value } as Pick<ContainerConfig, Name>;
}

/** An image's configuration is hostile: members of the wrong type are dropped. */
function sanitizeImageConfig(config: ImageRunConfig | undefined): ImageRunConfig {
  if (typeof config !== 'object' || config === null) return {};
  const raw = config as Readonly<Record<string, unknown>>;
  return {
    ...ifValid('User', raw.User, isText),
    ...ifValid('ExposedPorts', raw.ExposedPorts, isRecord),
    ...ifValid('Env', raw.Env, isTextList),
    ...ifValid('Entrypoint', raw.Entrypoint, isTextList),
    ...ifValid('Cmd', raw.Cmd, isTextList),
    ...ifValid('Volumes', raw.Volumes, isRecord),
    ...ifValid('WorkingDir', raw.WorkingDir, isText),
    ...ifValid('Labels', raw.Labels, isTextRecord),
    ...ifValid('StopSignal', raw.StopSignal, isText),
    ...ifValid('Shell', raw.Shell, isTextList),
    ...ifValid('Healthcheck', raw.Healthcheck, isRecord),
  };
}

function ifValid<Name extends keyof ImageRunConfig>(
  name: Name,
  value: unknown,
  valid: (value: unknown) => boolean,
): Pick<ImageRunConfig, Name> | Record<string, never> {
  return valid(value) ? ({ [name]: value } as Pick<ImageRunConfig, Name>) : {};
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0');
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): boolean {
  return isRecord(value) && Object.values(value as object).every(isText);
}
