#!/bin/sh
# Writes the tar of a small root file system to stdout: the machine's static busybox with its applets.
set -eu
umask 022
busybox=$(command -v busybox) || { echo "berth: no busybox on this machine: apt-get install busybox-static" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/berth-busybox-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/dev" "$work/etc" "$work/home" "$work/proc" "$work/root" "$work/sys" "$work/usr" "$work/var"
mkdir -m 1777 "$work/tmp"
chmod 700 "$work/root"
cp "$busybox" "$work/bin/busybox"
chmod 755 "$work" "$work/bin/busybox"
"$busybox" --list | while read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$work/bin/$applet"
done
ln -s ../bin "$work/usr/bin"
ln -s bin "$work/sbin"
printf 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$work/etc/passwd"
printf 'root:x:0:\ndaemon:x:1:\ntty:x:5:\nwheel:x:10:root\nwww-data:x:33:\nnogroup:x:65534:\n' >"$work/etc/group"
tar -C "$work" --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -cf - .
