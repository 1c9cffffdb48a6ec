import type { Situation } from './situations.ts';

const docker = (...args: string[]): Situation => ({ args });
const cp = (...args: string[]): Situation => ({ args: ['cp', ...args] });
const inside = (script: string): Situation => docker('exec', 'f1', 'sh', '-c', script);

const newerTexts = 'ours are the texts of Docker 28, the reference here is Docker 20.10';
const intoTmpfs = 'copies to a running container reach its tmpfs, as in Docker 28';
const linkItself = 'a link that leads to itself is copied as the link that it is';
const noHostPaths = 'paths of the host are not told';

const makeFiles = `
  mkdir -p /w/sub /w/empty; echo one > /w/file; chmod 640 /w/file; chown 12:34 /w/file
  ln -s file /w/link; ln -s /etc /w/out; ln -s nowhere /w/dangling; ln -s loop /w/loop; ln /w/file /w/hard
  echo v > /vol/file; echo t > /tmpfs/file; ln -s /vol /w/tovol`;

/** Copies, with everything that lies on the way: links, volumes, what is read-only or temporary. */
export const fileSituations: readonly Situation[] = [
  docker(
    ...[
      'run',
      '-d',
      '--name',
      'f1',
      '-v',
      'fv:/vol',
      '-v',
      'fr:/ro:ro',
      '-v',
      '/usr/share/doc:/doc:ro',
    ],
    ...['--tmpfs', '/tmpfs', 'parity', 'sh', '-c', 'while :; do sleep 1; done'],
  ),
  inside(makeFiles),
  ...['f1:/w/file', 'f1:/w/link', 'f1:/w/dangling', 'f1:/w/out', 'f1:/w/tovol'].map(
    (from): Situation => ({ ...cp(from, '-'), compare: 'code' }),
  ),
  ...['f1:/w/link', 'f1:/w/out', 'f1:/w/dangling'].map(
    (from): Situation => ({ ...cp('-L', from, '-'), compare: 'code' }),
  ),
  { ...cp('f1:/w/loop', '-'), compare: 'code', differs: linkItself },
  { ...cp('-L', 'f1:/w/loop', '-'), compare: 'code', differs: linkItself },
  cp('f1:/w/../../../../nosuch', '-'),
  { ...cp('f1:', '-'), differs: newerTexts },
  cp(':/x', '-'),
  { ...cp('f1:/w/file/', '-'), differs: noHostPaths },
  { ...cp('f1:/w/file/.', '-'), differs: noHostPaths },
  cp('/etc/hostname', 'f1:/w/new'),
  cp('/etc/hostname', 'f1:/w/sub'),
  cp('/etc/hostname', 'f1:/w/sub/'),
  // The client may say how its own archive was cut off.
  { ...cp('/etc/hostname', 'f1:/w/file/'), compare: 'code' },
  cp('/etc/hostname', 'f1:/w/nosuch/'),
  cp('/etc/hostname', 'f1:/w/nosuch/deeper'),
  cp('/etc/hostname', 'f1:/w/link'),
  cp('/etc/hostname', 'f1:/w/out/by-link'),
  cp('/etc/hostname', 'f1:/w/tovol/by-link'),
  cp('/etc/hostname', 'f1:/vol/direct'),
  cp('/etc/hostname', 'f1:/ro/x'),
  cp('/etc/hostname', 'f1:/doc/x'),
  cp('/etc/hostname', 'f1:/tmpfs/x'),
  cp('/etc/default', 'f1:/w/folder'),
  cp('/etc/default/.', 'f1:/w/sub'),
  { ...cp('/etc/default', 'f1:/w/file'), compare: 'code' },
  cp('-a', '/etc/hostname', 'f1:/w/archived'),
  cp('-L', '/etc/mtab', 'f1:/w/mtab'),
  cp('/etc/mtab', 'f1:/w/mtab-link'),
  cp('/nosuch', 'f1:/w'),
  inside(
    'cd /w; for f in new sub/hostname file archived mtab-link; do stat -c "%n %a %u %g %F" $f; done',
  ),
  inside('cat /w/link /etc/by-link /vol/by-link /vol/direct | sort -u | wc -l; ls /w/sub | wc -l'),
  docker('stop', '-t', '0', 'f1'),
  cp('/etc/hostname', 'f1:/vol/stopped'),
  cp('/etc/hostname', 'f1:/ro/x'),
  cp('/etc/hostname', 'f1:/doc/x'),
  { ...cp('f1:/vol/stopped', '-'), compare: 'code' },
  { ...cp('f1:/w/tovol/direct', '-'), compare: 'code' },
  { ...cp('f1:/tmpfs/file', '-'), compare: 'code' },
  { ...docker('diff', 'f1'), compare: 'lines', differs: intoTmpfs },
  { ...docker('export', 'f1'), compare: 'code' },
  docker('rm', '-v', 'f1'),
  docker('create', '--name', 'f2', '--read-only', '-v', 'fv:/vol', '--tmpfs', '/tmpfs', 'parity'),
  cp('/etc/hostname', 'f2:/x'),
  cp('/etc/hostname', 'f2:/vol/from-readonly'),
  cp('/etc/hostname', 'f2:/tmpfs/x'),
  docker('diff', 'f2'),
  docker('rm', 'f2'),
  docker(
    'run',
    '--name',
    'f3',
    'parity',
    'sh',
    '-c',
    'dd if=/dev/zero of=/z bs=1k count=100 2>/dev/null; rm -r /home',
  ),
  { ...docker('diff', 'f3'), compare: 'lines' },
  { ...docker('inspect', '-s', '-f', '{{.SizeRw}}', 'f3') },
  docker('rm', 'f3'),
  docker('diff', 'nosuch'),
  docker('export', 'nosuch'),
];
