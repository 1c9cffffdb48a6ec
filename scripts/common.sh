# Shared by the set-up scripts: where we are, how we speak, how we fail. Sourced.

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
log=$(mktemp "${TMPDIR:-/tmp}/berth-setup-XXXXXX.log")
trap 'rm -f "$log"' EXIT

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf 'berth: %s\n' "$*" >&2; exit 1; }
[ -t 1 ] || say() { printf '==> %s\n' "$*"; }
