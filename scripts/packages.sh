# Debian and Ubuntu packages that Berth needs, by purpose. Sourced by the other scripts.

# To run: OCI runtimes, the nftables library and the names of protocols that its rules use (netbase), an init for --init, ps for top, the built-in image, decoders of archives.
runtime_packages="runc crun libnftables1 netbase tini procps busybox-static ca-certificates xz-utils bzip2"
# To build the shim and the system-call addon.
build_packages="gcc make libc6-dev musl-tools"
# To test: other implementations to hold ours against, and tools that make and read images.
test_packages="iproute2 nftables util-linux mmdebstrap skopeo umoci attr zstd btrfs-progs netcat-openbsd curl socat jq strace tmux zsh fish e2fsprogs openssl docker-registry apache2-utils python3-docker systemd firewalld dbus-daemon iptables"
# For tests in a virtual machine (npm run test:vm), and in that machine itself.
vm_packages="qemu-system-x86 mmdebstrap e2fsprogs"
vm_guest_packages="systemd systemd-sysv dbus udev initramfs-tools kmod git iproute2 nftables util-linux zstd curl socat jq openssl"
# For the network rows of the bench only.
bench_packages="iperf3"

# Installs those of the named packages that are missing.
install_packages() {
  missing=""
  for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  [ "$(id -u)" = 0 ] || fail "these system packages are missing:$missing
Run this command as root, or install them first: apt-get install$missing"
  command -v apt-get >/dev/null || fail "these packages are missing and there is no apt-get to install them:$missing"
  say "installing system packages:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # None of them is to be started as a service of this machine.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy" "$log"' EXIT
  fi
  # shellcheck disable=SC2086
  apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1 ||
    { apt-get update -q >"$log" 2>&1 && apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1; } ||
    { tail -n 20 "$log" >&2; fail "apt-get could not install:$missing"; }
}
