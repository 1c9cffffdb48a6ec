#!/bin/sh
# Runs tests on the real kernel of another system: boots a Debian release with systemd and cgroup v2 only in a virtual
# machine and runs the named integration test files there.
#   npm run test:vm -- [--suite bookworm|trixie|...] [PART_OF_A_PATH...]
# Emulates the processor, so that a test takes some twenty times as long; BERTH_VM_ACCEL=kvm does not, where KVM works.
set -eu
. "$(dirname -- "$0")/common.sh"
. "$(dirname -- "$0")/packages.sh"
[ "$(id -u)" = 0 ] || fail "the virtual machine's root file system can be made by root only"

suite=bookworm
if [ "${1:-}" = --suite ]; then suite=$2; shift 2; fi
# What differs between cgroup versions and drivers.
[ $# -gt 0 ] || set -- docker-resources docker-lifecycle docker-stats containers-recovery
# The stock client comes from this machine.
client=$(command -v docker) || fail "there is no docker client on the PATH"

sh "$root/scripts/setup.sh"
# shellcheck disable=SC2086
install_packages $vm_packages
architecture=$(dpkg --print-architecture)
[ "$architecture" = amd64 ] || fail "test:vm knows how to boot amd64 only, not $architecture"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/berth
work=$(mktemp -d "${TMPDIR:-/tmp}/berth-vm-XXXXXX")
tail=
trap '[ -z "$tail" ] || kill "$tail"; rm -rf "$work" "$log"' EXIT
trap 'exit 130' INT TERM

base=$cache/vm-$suite-$architecture.tar
if [ ! -f "$base" ]; then
  say "making a root file system of Debian $suite"
  mkdir -p "$cache"
  # shellcheck disable=SC2086
  include=$(printf '%s,' $vm_guest_packages $runtime_packages "linux-image-cloud-$architecture")
  mmdebstrap --variant=minbase --format=tar --include="${include%,}" "$suite" "$base.new" >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; rm -f "$base.new"; fail "mmdebstrap could not make $suite"; }
  mv "$base.new" "$base"
fi

say "copying this checkout into it"
guest=$work/root
mkdir "$guest"
tar -C "$guest" -xf "$base"
cp "$guest"/boot/vmlinuz-* "$work/kernel"
cp "$guest"/boot/initrd.img-* "$work/initrd"
git clone -q "$root" "$guest/berth"
for built in node_modules dist native/shim/build native/sys/build; do
  mkdir -p "$guest/berth/$built"
  cp -a "$root/$built/." "$guest/berth/$built"
done
install -m 755 "$client" "$guest/usr/local/bin/docker"
: >"$guest/etc/fstab"
ln -sf /dev/null "$guest/etc/systemd/system/serial-getty@ttyS0.service"
cat >"$guest/etc/systemd/system/berth-tests.service" <<UNIT
[Unit]
Description=Tests of Berth
[Service]
Type=oneshot
Environment=HOME=/root TERM=dumb TMPDIR=/var/tmp BERTH_TEST_PATIENCE=10
WorkingDirectory=/berth
ExecStart=/bin/sh -c 'exec >/dev/ttyS1 2>&1; uname -sr; stat -fc %%T /sys/fs/cgroup; groupadd -rf docker; sh scripts/with-node.sh scripts/test-integration.ts $* && echo "all passed"'
ExecStopPost=/bin/systemctl poweroff --force
[Install]
WantedBy=multi-user.target
UNIT
ln -s ../berth-tests.service "$guest/etc/systemd/system/multi-user.target.wants/berth-tests.service"
truncate -s 8G "$work/disk"
mke2fs -q -t ext4 -d "$guest" "$work/disk"
rm -rf "$guest"

accel="-accel ${BERTH_VM_ACCEL:-tcg,thread=multi} -cpu max"
say "booting it (at most ${BERTH_VM_MINUTES:=20} minutes)"
: >"$work/output"
tail -f "$work/output" & tail=$!
# shellcheck disable=SC2086
timeout "${BERTH_VM_MINUTES}m" qemu-system-x86_64 $accel -display none -no-reboot -m 3000 -smp 2 -nic none \
  -serial "file:$work/console" -serial "file:$work/output" -kernel "$work/kernel" -initrd "$work/initrd" \
  -append "console=ttyS0 root=/dev/vda rw quiet systemd.show_status=0" \
  -drive "file=$work/disk,if=virtio,format=raw,cache=unsafe" >"$log" 2>&1 || tail -n 20 "$log" "$work/console" >&2
sleep 1
grep -q '^all passed' "$work/output" || fail "tests failed in Debian $suite, or it did not boot"
