import type { ImageHealthcheck, ImageRunConfig } from '@berth/oci';

/** A run configuration while instructions change it. */
export type RunConfigDraft = { -readonly [Key in keyof ImageRunConfig]: ImageRunConfig[Key] } & {
  Healthcheck?: ImageHealthcheck;
};

/** Value of a variable in a list such as `['PATH=/bin']`. */
export function environmentValue(
  environment: readonly string[] | undefined,
  name: string,
): string | undefined {
  const entry = environment?.find((item) => item.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

/** The list with the variable set in its old place, or at the end. */
export function withVariable(
  environment: readonly string[] | undefined,
  name: string,
  value: string,
): string[] {
  const list = [...(environment ?? [])];
  const at = list.findIndex((item) => item === name || item.startsWith(`${name}=`));
  if (at < 0) list.push(`${name}=${value}`);
  else list[at] = `${name}=${value}`;
  return list;
}
