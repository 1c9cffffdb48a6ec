/** A list as given; null when absent, as the API shows it. */
export function listOrNull<T>(list: readonly T[] | null | undefined): readonly T[] | null {
  return list ?? null;
}

/** `{ [name]: value }`, or nothing when the value is absent or empty. */
export function unlessEmpty<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { [key in Name]?: Value } {
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && Object.keys(value).length === 0) return {};
  return { [name]: value } as { [key in Name]?: Value };
}
