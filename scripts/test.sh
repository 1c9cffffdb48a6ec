#!/bin/sh
# `npm test`: sets up, then runs the gate and every test that needs the real kernel.
set -eu
. "$(dirname -- "$0")/common.sh"
[ "$(id -u)" = 0 ] || fail "npm test needs root: the integration tests make mounts, namespaces and network links.
'npm run gate' runs everything that needs no root."
# The tests make files for other users, and open as many as a daemon with thousands of published ports.
umask 022
ulimit -n 1048576 2>/dev/null || ulimit -n 65536 2>/dev/null || true
sh "$root/scripts/setup.sh" --tests
sh "$root/scripts/reference-docker.sh"
cd "$root"
sh scripts/with-node.sh scripts/gate.ts
sh scripts/with-node.sh scripts/test-integration.ts "$@"
