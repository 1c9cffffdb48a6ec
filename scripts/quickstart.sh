#!/bin/sh
# From a fresh clone to a running container: sets up, starts berthd if no daemon answers, makes the
# built-in busybox image, runs a container. Idempotent.
set -eu
. "$(dirname -- "$0")/common.sh"
[ "$(id -u)" = 0 ] || fail "quickstart needs root: the engine makes mounts, namespaces and network links"
sh "$root/scripts/setup.sh"

berth="$root/bin/berth"
if "$berth" version --format '{{.Server.Version}}' >/dev/null 2>&1; then
  say "berthd is running already"
else
  daemon_log=/var/log/berthd.log
  say "starting berthd in the background (log: $daemon_log)"
  setsid nohup "$root/bin/berthd" >>"$daemon_log" 2>&1 </dev/null &
  tries=0
  until "$berth" version --format '{{.Server.Version}}' >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { tail -n 20 "$daemon_log" >&2; fail "berthd did not answer within 20 s"; }
    sleep 0.2
  done
fi

if ! "$berth" image inspect busybox >/dev/null 2>&1; then
  say "making the built-in image busybox from this machine's static busybox"
  sh "$root/scripts/busybox-root.sh" | "$berth" import --change 'CMD ["sh"]' --message 'built-in busybox' - busybox:latest >/dev/null
fi

say "running a container: berth run --rm busybox echo …"
"$berth" run --rm busybox echo "Hello from a container on Berth, kernel $(uname -r)."
cat <<TEXT

What next (add $root/bin to your PATH):
  berth run -it --rm busybox sh          a shell in a container
  berth run -d -p 8080:80 busybox httpd -f -h /etc
  berth ps; berth logs ID; berth exec ID ps
  export DOCKER_HOST=unix:///run/berth/berth.sock   then any Docker client works: docker ps
  README.md has the tour, ARCHITECTURE.md the map; stop the daemon with: kill \$(cat /run/berth/berthd.pid)
TEXT
