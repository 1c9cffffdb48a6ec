#!/bin/sh
# Runs the given script with the Node release that this project pins, whatever node is on the PATH.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
case $(uname -m) in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) echo "berth: unsupported machine type $(uname -m): x86_64 and aarch64 are supported" >&2; exit 1 ;;
esac
node="$root/node_modules/node-linux-$arch/bin/node"
[ -x "$node" ] || { echo "berth: $node is missing: run 'npm run setup' first" >&2; exit 1; }
exec "$node" --disable-warning=ExperimentalWarning "$@"
