#!/bin/sh
# Makes a checkout runnable: system packages, npm packages (the pinned Node among them), the two C parts.
# Idempotent. With --tests it also installs what the tests need.
set -eu
. "$(dirname -- "$0")/common.sh"
. "$(dirname -- "$0")/packages.sh"
cd "$root"

[ "$(uname -s)" = Linux ] || fail "Berth runs on Linux only"
# shellcheck disable=SC2086
install_packages $runtime_packages $build_packages
if [ "${1:-}" = --tests ]; then
  # shellcheck disable=SC2086
  known=$(command -v firewalld || true)
  install_packages $test_packages
  # A test starts its own; this machine is not to have one from its next boot on.
  [ -n "$known" ] || ! command -v systemctl >/dev/null || systemctl disable firewalld >"$log" 2>&1 || true
fi

stamp=node_modules/.berth-lock-digest
digest=$(sha256sum package-lock.json packages/*/package.json | sha256sum)
if [ "$(cat "$stamp" 2>/dev/null)" != "$digest" ]; then
  say "installing npm packages (Node 24 among them)"
  npm ci --no-audit --no-fund --ignore-scripts >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; fail "npm ci failed"; }
  printf '%s\n' "$digest" >"$stamp"
fi

suite=tests/clients/testcontainers
if [ "${1:-}" = --tests ] && [ ! $suite/node_modules/.package-lock.json -nt $suite/package-lock.json ]; then
  say "installing the npm packages of the test with testcontainers"
  npm ci --prefix $suite --no-audit --no-fund --ignore-scripts >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; fail "npm ci failed in $suite"; }
fi

say "building the shim and the system-call addon"
make -s -C native >"$log" 2>&1 || { tail -n 30 "$log" >&2; fail "make -C native failed"; }

newest=dist/berthd/berthd.mjs
if [ ! -f "$newest" ] || [ -n "$(find packages/*/src scripts/build.ts scripts/build -newer "$newest" -name '*.ts' ! -name '*.test.ts' -print -quit)" ]; then
  say "bundling berth and berthd"
  sh scripts/with-node.sh scripts/build.ts berth berthd >"$log" 2>&1 || { tail -n 30 "$log" >&2; fail "the bundle could not be built"; }
fi
