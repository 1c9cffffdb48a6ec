/** Version of the Engine API that the daemon answers with, and the newest that it accepts. */
export const apiVersion = '1.51';

/** Oldest version that the daemon accepts. */
export const minApiVersion = '1.24';

/** A version of the form `major.minor`, each a decimal number. */
export function isApiVersion(text: string): boolean {
  return /^\d{1,4}\.\d{1,4}$/.test(text);
}

/** Negative when `left` is older than `right`, positive when newer, zero when equal. Missing parts are 0. */
export function compareApiVersions(left: string, right: string): number {
  const [leftParts, rightParts] = [left.split('.').map(Number), right.split('.').map(Number)];
  const length = Math.max(leftParts.length, rightParts.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (leftParts[index] ?? 0) - (rightParts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function isOlderApiVersion(version: string, than: string): boolean {
  return compareApiVersions(version, than) < 0;
}
