#!/bin/sh
# Installs Debian's docker.io (the engine that benchmarks and parity tests hold ours against) when it is
# missing, without starting its service, and a docker client.
set -eu
. "$(dirname -- "$0")/common.sh"
. "$(dirname -- "$0")/packages.sh"
command -v docker >/dev/null && command -v dockerd >/dev/null && command -v iptables >/dev/null && exit 0
install_packages docker.io iptables
# Newer releases have the client in a package of its own.
command -v docker >/dev/null || install_packages docker-cli
