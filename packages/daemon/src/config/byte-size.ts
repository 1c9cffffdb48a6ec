const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5,
};

/** Bytes of `64m`, `1.5GiB`, `1024`; undefined when it is no size. */
export function parseByteSize(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text.trim());
  if (parts === null) return undefined;
  return Math.floor(Number(parts[1]) * (units[(parts[2] ?? '').toLowerCase()] ?? 1));
}
