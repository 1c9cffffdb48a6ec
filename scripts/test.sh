#!/bin/sh
# `npm test`: sets up, then runs the gate and every test that needs the real kernel.
set -eu
. "$(dirname -- "$0")/common.sh"
[ "$(id -u)" = 0 ] || fail "npm test needs root: the integration tests make mounts, namespaces and network links.
'npm run gate' runs everything that needs no root."
sh "$root/scripts/setup.sh" --tests
sh "$root/scripts/reference-docker.sh"
cd "$root"
sh scripts/with-node.sh scripts/gate.ts
sh scripts/with-node.sh scripts/test-integration.ts "$@"
