/**
 * The file `sources.sh` beside a bundle, for `bin/berth` and `bin/berthd`: a shell function that tells whether one of the
 * bundle's sources, below the folder $1, is newer than the file $2. A new file needs no look at it: what imports it is newer then.
 */
export function newerSource(inputs: readonly string[]): string {
  const own = inputs.filter((file) => file.startsWith('packages/'));
  return `newer_source() {
  for source in ${own.join(' ')}; do
    [ ! "$1/$source" -nt "$2" ] || return 0
  done
  return 1
}
`;
}
