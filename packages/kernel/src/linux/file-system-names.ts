/** Names of file systems by the magic number of statfs(2) (linux/magic.h). */
const byMagic: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs'],
  [0x01021997, '9p'],
  [0x0027e0eb, 'cgroup'],
  [0x137d, 'ext'],
  [0x1cd1, 'devpts'],
  [0x19800202, 'mqueue'],
  [0x2fc12fc1, 'zfs'],
  [0x3153464a, 'jfs'],
  [0x4d44, 'msdos'],
  [0x517b, 'smb'],
  [0x5346544e, 'ntfs'],
  [0x58465342, 'xfs'],
  [0x61756673, 'aufs'],
  [0x62656570, 'configfs'],
  [0x62656572, 'sysfs'],
  [0x63677270, 'cgroup2'],
  [0x65735546, 'fuse'],
  [0x64626720, 'debugfs'],
  [0x6969, 'nfs'],
  [0x6e736673, 'nsfs'],
  [0x73717368, 'squashfs'],
  [0x73636673, 'securityfs'],
  [0x74726163, 'tracefs'],
  [0x794c7630, 'overlayfs'],
  [0x858458f6, 'ramfs'],
  [0x9123683e, 'btrfs'],
  [0x9fa0, 'proc'],
  [0xca451a4e, 'bcachefs'],
  [0xcafe4a11, 'bpf'],
  [0xe0f5e1e2, 'erofs'],
  [0xf15f, 'ecryptfs'],
  [0xf2f52010, 'f2fs'],
  [0xff534d42, 'cifs'],
]);
/** Shared by ext2, ext3 and ext4. */
const extMagic = 0xef53;

/** The name of a file system; a hexadecimal number for one that is not known. */
export function fileSystemName(magic: number): string {
  if (magic === extMagic) return 'ext4';
  return byMagic.get(magic) ?? `0x${magic.toString(16)}`;
}
