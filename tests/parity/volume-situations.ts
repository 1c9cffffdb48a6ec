import type { Situation } from './situations.ts';

const volume = (...args: string[]): Situation => ({ args: ['volume', ...args] });
const run = (mount: string, ...command: string[]): Situation => ({
  args: ['run', '--rm', '--mount', mount, 'parity', ...command],
});
const local = (name: string, ...options: string[]): Situation =>
  volume('create', ...options.flatMap((option) => ['-o', option]), name);

const newerFilterTexts = 'ours are the texts of Docker 28, the reference here is Docker 20.10';
const namedVolumesStay =
  'named volumes stay without --all, which the reference (Docker 20.10) does not know';
const notFoundMeansPull = 'what is not found at create is no missing image, and nothing is pulled';

/** Options of the driver `local`: what it takes, and how it says no. */
const localOptions: readonly Situation[] = [
  local('t1', 'type=tmpfs', 'device=tmpfs', 'o=size=1m,uid=7,mode=700'),
  volume('inspect', '-f', '{{json .Options}} {{.Driver}} {{.Scope}}', 't1'),
  run('src=t1,dst=/v', 'sh', '-c', 'grep " /v " /proc/mounts; stat -c "%u %a" /v'),
  local('ro', 'type=tmpfs', 'device=tmpfs', 'o=ro,noexec,nosuid,nodev,noatime'),
  run('src=ro,dst=/v', 'sh', '-c', 'grep " /v " /proc/mounts; touch /v/x'),
  local('b1', 'type=none', 'device=/usr/share', 'o=bind'),
  run('src=b1,dst=/v', 'ls', '-d', '/v/doc'),
  local('b2', 'device=/usr/share', 'o=bind,ro'),
  local('b3', 'type=none', 'device=/nowhere/at/all', 'o=bind'),
  run('src=b3,dst=/v', 'true'),
  local('e1', 'type=tmpfs'),
  local('e2', 'device=tmpfs'),
  local('e3', 'o=size=1m'),
  local('e4', 'size=10m'),
  local('e5', 'foo=bar', 'type=tmpfs', 'device=tmpfs'),
  local('e6', 'type=', 'device=tmpfs'),
  local('e7', 'type=nosuchfs', 'device=x'),
  run('src=e7,dst=/v', 'true'),
  local('e8', 'type=nfs', 'device=:/export', 'o=addr=127.0.0.1,rw'),
  volume('inspect', '-f', '{{json .Options}}', 'e8'),
  local('e9', 'type=nfs', 'device=:/export', 'o=addr=no.such.host.invalid'),
  volume('create', '-d', 'nosuch', 'x1'),
  volume('create', 'x'),
  volume('create', '/abs'),
  volume('create', 'a b'),
  volume('rm', 't1', 'ro', 'b1', 'b3'),
];

const lists: readonly Situation[] = [
  volume('create', '--label', 'tier=db', '--label', 'empty', 'l1'),
  volume('create', '--label', 'tier=web', 'l2'),
  volume('ls', '-q', '-f', 'label=tier'),
  volume('ls', '-q', '-f', 'label=tier=db'),
  volume('ls', '-q', '-f', 'label=tier=db', '-f', 'label=empty'),
  volume('ls', '-q', '-f', 'name=l', '-f', 'name=2'),
  volume('ls', '-q', '-f', 'driver=local', '-f', 'name=l1'),
  volume('ls', '-q', '-f', 'driver=other'),
  { ...volume('ls', '-q', '-f', 'dangling=maybe'), differs: newerFilterTexts },
  { ...volume('ls', '-q', '-f', 'colour=red'), differs: newerFilterTexts },
  volume(
    'ls',
    '--format',
    '{{.Name}} {{.Driver}} {{.Scope}} {{.Labels}} {{.Label "tier"}} {{.Links}}',
  ),
  { args: ['create', '--name', 'user', '-v', 'l1:/v', 'parity'] },
  volume('ls', '-q', '-f', 'dangling=true', '-f', 'name=l'),
  volume('ls', '-q', '-f', 'dangling=false'),
  volume('rm', 'l1'),
  volume('rm', '-f', 'l1'),
  volume('rm', '-f', 'never'),
  volume('rm', 'never', 'l2'),
  volume('inspect', 'never'),
];

const mounts: readonly Situation[] = [
  run('dst=/v', 'sh', '-c', 'touch /v/x && echo anonymous'),
  run('type=bind,dst=/v', 'true'),
  run('type=bind,src=/usr/share/doc,dst=relative', 'true'),
  run('type=bind,src=/nowhere/at/all,dst=/v', 'true'),
  run('type=bind,src=relative,dst=/v', 'true'),
  run('type=bind,src=/usr/share,dst=/', 'true'),
  run('type=bind,src=/usr/share,dst=/v,readonly', 'touch', '/v/x'),
  run('type=bind,src=/usr/share,dst=/v,ro=1', 'touch', '/v/x'),
  run('type=bind,src=/usr/share,dst=/v,bind-propagation=odd', 'true'),
  run('type=bind,src=/usr/share,dst=/v,bind-propagation=rprivate', 'true'),
  run('type=bind,src=/usr/share,dst=/v,bind-nonrecursive=true', 'true'),
  run('type=bind,src=/usr/share,dst=/v,consistency=delegated', 'true'),
  run('type=bind,src=/etc/hostname,dst=/etc/motd', 'test', '-f', '/etc/motd'),
  run('type=bind,src=/usr/share,dst=/v,volume-nocopy=true', 'true'),
  run('type=volume,src=m1,dst=/v,tmpfs-size=1m', 'true'),
  run('type=volume,src=m1,dst=/etc,volume-nocopy', 'ls', '/etc/passwd'),
  run('type=volume,src=m2,dst=/etc', 'sh', '-c', 'ls /etc/passwd'),
  run('type=volume,src=m3,dst=/v,volume-label=a=b,volume-driver=local', 'true'),
  volume('inspect', '-f', '{{json .Labels}}', 'm3'),
  { ...run('type=volume,src=m4,dst=/v,volume-driver=nosuch', 'true'), differs: notFoundMeansPull },
  run(
    'type=volume,src=m5,dst=/v,volume-opt=type=tmpfs,volume-opt=device=tmpfs',
    'stat',
    '-c',
    '%a',
    '/v',
  ),
  run('type=volume,src=m6,dst=/v,volume-opt=odd=1', 'true'),
  run('type=volume,src=a/b,dst=/v', 'true'),
  run('type=volume,src=m1,dst=v', 'true'),
  run('type=volume,dst=/v,readonly', 'true'),
  run(
    'type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1700',
    'sh',
    '-c',
    'grep " /t " /proc/mounts; stat -c %a /t',
  ),
  run('type=tmpfs,dst=/t,readonly', 'touch', '/t/x'),
  run('type=tmpfs,src=x,dst=/t', 'true'),
  run('type=tmpfs,dst=/t,tmpfs-size=lots', 'true'),
  run('type=tmpfs,dst=/t,tmpfs-mode=9', 'true'),
  run('type=odd,dst=/t', 'true'),
  run('type=bind,src=/usr,target=/v,colour=red', 'true'),
  { args: ['run', '--rm', '--mount', 'src=m1,dst=/v', '-v', 'm2:/v', 'parity', 'true'] },
  { args: ['run', '--rm', '--tmpfs', '/v', '-v', 'm2:/v', 'parity', 'true'] },
  { args: ['run', '--rm', '-v', 'm1:/v:odd', 'parity', 'true'] },
  { args: ['run', '--rm', '-v', 'm1:/v:ro,rw', 'parity', 'true'] },
  { args: ['run', '--rm', '-v', '/usr/share:/v:nocopy', 'parity', 'true'] },
  {
    args: ['run', '--rm', '--volume-driver', 'nosuch', '-v', 'm9:/v', 'parity', 'true'],
    differs: notFoundMeansPull,
  },
  {
    args: [
      'create',
      '--name',
      'holder',
      '-v',
      'm1:/one',
      '-v',
      '/two',
      '--tmpfs',
      '/three',
      'parity',
    ],
  },
  {
    args: [
      ...['inspect', '-f'],
      '{{range .Mounts}}{{.Type}} {{.Destination}} {{.Driver}} {{.Mode}} {{.RW}} {{.Propagation}}|{{end}}',
      'holder',
    ],
  },
  { args: ['run', '--rm', '--volumes-from', 'holder:ro', 'parity', 'touch', '/one/x'] },
  { args: ['run', '--rm', '--volumes-from', 'holder:odd', 'parity', 'true'] },
  { args: ['run', '--rm', '--volumes-from', 'nobody', 'parity', 'true'] },
];

const prunes: readonly Situation[] = [
  volume('create', 'kept'),
  volume('create', '--label', 'go=1', 'labelled'),
  local('optioned', 'type=tmpfs', 'device=tmpfs'),
  { ...volume('prune', '-f', '--filter', 'label=go=1'), differs: namedVolumesStay },
  { ...volume('prune', '-f', '--filter', 'label!=go'), differs: namedVolumesStay },
  { ...volume('prune', '-f', '--filter', 'colour=red'), differs: newerFilterTexts },
  { args: ['rm', '-v', 'holder', 'user'] },
  { ...volume('prune', '-f'), compare: 'code' },
  volume('rm', '-f', 'kept', 'labelled', 'l1', 'l2', 'm1', 'm2', 'm3'),
  // What has options stays.
  volume('ls', '-q'),
  { args: ['system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Active}}'] },
];

export const volumeSituations: readonly Situation[] = [
  ...localOptions,
  ...lists,
  ...mounts,
  ...prunes,
];
