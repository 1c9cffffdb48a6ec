import { existsSync } from 'node:fs';
import { type Situation, splitWords } from './situations.ts';

const newer = 'ours is as Docker 28, the reference here is Docker 20.10';
const atCreate =
  'log options are checked when a container is created, Docker does it at the first start';
const long = 'head -c 40000 /dev/zero | tr "\\0" x; echo; echo after';

const opts = (driver: string, ...options: string[]): string[] => [
  '--log-driver',
  driver,
  ...options.flatMap((option) => ['--log-opt', option]),
];
const refused = (driver: string, ...options: string[]): Situation => ({
  args: ['create', ...opts(driver, ...options), 'parity'],
});
const udp = 'syslog-address=udp://127.0.0.1:5514';
const gelf = 'gelf-address=udp://127.0.0.1:5515';

/** Reading: what each flag of `logs` shows. */
const reading: readonly (string | Situation)[] = [
  'run --name lo parity sh -c echo\\ out;sleep\\ 0.1;echo\\ err\\ >&2;sleep\\ 0.1;printf\\ noend',
  'logs lo',
  'logs -t lo',
  'logs --tail 0 lo',
  'logs --tail 1 lo',
  'logs --tail 2 lo',
  'logs --tail all lo',
  'logs --tail -1 lo',
  'logs --tail x lo',
  'logs -n 1 lo',
  'logs -f lo',
  'logs -f --tail 1 lo',
  'logs --since 1h lo',
  'logs --since 2000-01-01T00:00:00 lo',
  'logs --since 2100-01-01 lo',
  'logs --since x lo',
  'logs --since 0 lo',
  'logs --until 2000-01-01 lo',
  'logs --until 2100-01-01 lo',
  'logs --until x lo',
  'logs --since 1h --until 1h lo',
  'logs --details lo',
  'logs nosuch',
  'start -a lo',
  'logs lo',
  'rm lo',
  { args: ['run', '--name', 'lg', 'parity', 'sh', '-c', long] },
  'logs lg',
  'logs --tail 1 lg',
  'rm lg',
  { args: ['run', '-t', '--name', 'lt', 'parity', 'sh', '-c', 'echo a; echo b >&2'] },
  'logs lt',
  'logs --tail 1 lt',
  'rm lt',
];

/** Attributes, drivers and their caches. */
const drivers: readonly (string | Situation)[] = [
  'run --name la --label a=b -e X=y --log-opt labels=a,c --log-opt env=X --log-opt tag={{.Name}}/{{.ImageName}} parity echo hi',
  'logs --details la',
  'logs --details -t la',
  'inspect -f {{json\\ .HostConfig.LogConfig}} la',
  'rm la',
  'run --name lr --label a1=b -e X2=y --log-opt labels-regex=^a --log-opt env-regex=^X parity echo hi',
  'logs --details lr',
  'rm lr',
  ...['local', 'json-file'].flatMap((driver) => [
    { args: ['run', '--name', 'ld', ...opts(driver, 'max-size=1m'), 'parity', 'echo', 'hi'] },
    'logs ld',
    'logs --tail 1 -t ld',
    'rm ld',
  ]),
  { args: ['create', '--name', 'lp', ...opts('local'), 'parity'] },
  'inspect -f {{.LogPath}}|{{json\\ .HostConfig.LogConfig}} lp',
  'rm lp',
  'run --name ln --log-driver none parity echo hi',
  'logs ln',
  'rm ln',
  { args: ['run', '--name', 'ls', ...opts('syslog', udp), 'parity', 'echo', 'hi'] },
  'logs ls',
  'inspect -f {{.LogPath}}|{{json\\ .HostConfig.LogConfig}} ls',
  'rm ls',
  {
    args: ['run', '--name', 'lx', ...opts('syslog', udp, 'cache-disabled=true'), 'parity', 'true'],
  },
  'logs lx',
  'rm lx',
  { args: ['run', '--name', 'lg', ...opts('gelf', gelf), 'parity', 'echo', 'hi'] },
  'logs lg',
  'rm lg',
  ...['blocking', 'non-blocking'].flatMap((mode) => [
    { args: ['run', '--name', 'lm', ...opts('json-file', `mode=${mode}`), 'parity', 'echo', 'hi'] },
    'logs lm',
    'rm lm',
  ]),
  {
    args: [
      'run',
      '--name',
      'lc',
      ...opts('json-file', 'cache-disabled=true'),
      'parity',
      'echo',
      'x',
    ],
  },
  'logs lc',
  'rm lc',
  'info -f {{.LoggingDriver}}',
];

/** What is refused, and how. */
const refusals: readonly (string | Situation)[] = [
  refused('json-file', 'mode=x'),
  refused('json-file', 'max-buffer-size=1m'),
  refused('json-file', 'mode=non-blocking', 'max-buffer-size=x'),
  refused('json-file', 'nosuch=1'),
  refused('local', 'nosuch=1'),
  refused('none', 'max-size=1m'),
  refused('syslog', udp, 'cache-disabled=x'),
  refused('syslog', udp, 'max-size=1m'),
  refused('syslog', 'syslog-address=foo://127.0.0.1:5514'),
  refused('syslog', 'syslog-facility=x'),
  refused('syslog', 'syslog-format=x'),
  refused('gelf'),
  refused('gelf', 'gelf-address=foo://h:1'),
  refused('gelf', gelf, 'gelf-compression-type=x'),
  refused('gelf', gelf, 'gelf-compression-level=x'),
  refused('gelf', 'gelf-address=tcp://127.0.0.1:1', 'gelf-compression-type=gzip'),
  refused('fluentd', 'fluentd-async=x'),
  refused('fluentd', 'fluentd-request-ack=x'),
  refused('fluentd', 'fluentd-sub-second-precision=x'),
  refused('fluentd', 'nosuch=1'),
  refused('journald', 'nosuch=1'),
  { ...refused('nosuch'), differs: newer },
  // Told only where the host has no journal.
  ...(existsSync('/run/systemd/journal/socket')
    ? []
    : [
        { args: ['create', '--name', 'lj', ...opts('journald'), 'parity', 'true'] },
        'start lj',
        'rm lj',
      ]),
  { ...refused('json-file', 'compress=x'), compare: 'code', differs: atCreate },
  ...[
    'compress=x',
    'compress=true',
    'max-size=x',
    'max-size=0',
    'max-file=0',
    'max-file=x',
    'labels-regex=[',
    'env-regex=[',
    'tag={{.Nosuch}}',
    'tag={{.ID',
  ].flatMap((option): Situation[] => [
    {
      args: ['run', '--name', 'lw', ...opts('json-file', 'max-size=1m', option), 'parity', 'true'],
      compare: 'code',
    },
    { args: ['rm', 'lw'], compare: 'code', differs: atCreate },
  ]),
];

export const logSituations: readonly Situation[] = [...reading, ...drivers, ...refusals].map(
  (line) => (typeof line === 'string' ? { args: splitWords(line) } : line),
);
