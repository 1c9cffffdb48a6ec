import {
  checkAttach,
  checkDeviceCgroupRule,
  checkDnsSearch,
  checkEnvironment,
  checkExtraHost,
  checkGpuRequest,
  checkIpAddress,
  checkLabel,
  checkLink,
  checkMount,
  checkNetwork,
  checkSysctl,
  checkThrottleBytes,
  checkThrottleOperations,
  checkUlimit,
  checkWeightDevice,
} from '../container-options/flag-checks.ts';
import type { FlagDefinition } from '../flags/flag-definition.ts';
import { contentTrustFlag, platformFlag } from './shared-flags.ts';

/** The one flag of `create` and `run` whose help is their own. */
export function pullFlag(when: string): FlagDefinition {
  return {
    name: 'pull',
    type: 'string',
    default: 'missing',
    help: `Pull the image ${when} ("always", "missing", "never")`,
    choices: ['always', 'missing', 'never'],
  };
}

/** What `create` and `run` have beside the container's own flags. */
export const creationFlags: readonly FlagDefinition[] = [
  contentTrustFlag,
  { name: 'help', type: 'bool', help: 'Print usage' },
  { name: 'name', type: 'string', help: 'Name of the container' },
  platformFlag,
  { name: 'quiet', short: 'q', type: 'bool', help: 'Do not show the progress of the pull' },
  {
    name: 'use-api-socket',
    type: 'bool',
    help: 'Give the container the API socket and registry logins',
  },
];

const generalFlags: readonly FlagDefinition[] = [
  {
    name: 'annotation',
    type: 'map',
    apiVersion: '1.43',
    help: 'Annotation handed to the OCI runtime',
  },
  {
    name: 'attach',
    short: 'a',
    type: 'list',
    choices: ['stdin', 'stdout', 'stderr'],
    check: checkAttach,
    help: 'Streams to attach: STDIN, STDOUT, STDERR',
  },
  { name: 'cidfile', type: 'string', help: 'File to write the container ID to' },
  { name: 'device', type: 'list', help: 'Host device to give to the container' },
  {
    name: 'device-cgroup-rule',
    type: 'list',
    check: checkDeviceCgroupRule,
    help: 'Rule for the devices cgroup',
  },
  { name: 'domainname', type: 'string', help: 'NIS domain name of the container' },
  { name: 'entrypoint', type: 'string', help: "Replace the image's ENTRYPOINT" },
  { name: 'env', short: 'e', type: 'list', check: checkEnvironment, help: 'Environment variable' },
  { name: 'env-file', type: 'list', help: 'File of environment variables' },
  {
    name: 'gpus',
    type: 'list',
    apiVersion: '1.40',
    shownType: 'gpu-request',
    check: checkGpuRequest,
    help: "GPUs to give to the container ('all' for all of them)",
  },
  { name: 'group-add', type: 'list', help: 'Supplementary group' },
  { name: 'hostname', short: 'h', type: 'string', help: 'Host name of the container' },
  {
    name: 'init',
    type: 'bool',
    apiVersion: '1.25',
    help: 'Run an init as PID 1 that forwards signals and reaps processes',
  },
  {
    name: 'interactive',
    short: 'i',
    type: 'bool',
    help: 'Keep STDIN open even when nothing is attached',
  },
  { name: 'label', short: 'l', type: 'list', check: checkLabel, help: 'Label (key=value)' },
  { name: 'label-file', type: 'list', help: 'File of labels, one a line' },
  { name: 'read-only', type: 'bool', help: "Mount the container's root file system read-only" },
  {
    name: 'restart',
    type: 'string',
    default: 'no',
    choices: ['no', 'on-failure', 'always', 'unless-stopped'],
    help: 'What to do when the container exits ("no", "on-failure[:max]", "always", "unless-stopped")',
  },
  {
    name: 'rm',
    type: 'bool',
    help: 'Remove the container and its anonymous volumes when it exits',
  },
  { name: 'stop-signal', type: 'string', help: 'Signal that stops the container' },
  {
    name: 'stop-timeout',
    type: 'int',
    apiVersion: '1.25',
    help: 'Seconds from the stop signal to the kill',
  },
  { name: 'sysctl', type: 'map', check: checkSysctl, help: 'Kernel parameter of the container' },
  { name: 'tty', short: 't', type: 'bool', help: 'Give the container a terminal' },
  {
    name: 'ulimit',
    type: 'list',
    shownType: 'ulimit',
    shownDefault: '[]',
    check: checkUlimit,
    help: 'Resource limit (name=soft[:hard])',
  },
  { name: 'user', short: 'u', type: 'string', help: 'User as <name|uid>[:<group|gid>]' },
  { name: 'workdir', short: 'w', type: 'string', help: 'Working directory in the container' },
];

const securityFlags: readonly FlagDefinition[] = [
  { name: 'cap-add', type: 'list', help: 'Capability to add' },
  { name: 'cap-drop', type: 'list', help: 'Capability to drop' },
  {
    name: 'cgroupns',
    type: 'string',
    apiVersion: '1.41',
    choices: ['host', 'private'],
    help: "Cgroup namespace:\n'host':    the host's\n'private': one of its own\n'':        as the daemon is configured (default)",
  },
  { name: 'privileged', type: 'bool', help: 'Give the container all capabilities and devices' },
  {
    name: 'security-opt',
    type: 'list',
    help: 'Security option (seccomp, apparmor, label, no-new-privileges, systempaths)',
  },
  { name: 'userns', type: 'string', help: 'User namespace' },
];

const networkFlags: readonly FlagDefinition[] = [
  { name: 'add-host', type: 'list', check: checkExtraHost, help: 'Entry for /etc/hosts (host:ip)' },
  { name: 'dns', type: 'list', check: checkIpAddress, help: 'DNS server' },
  { name: 'dns-opt', type: 'list', aliasOf: 'dns-option', hidden: true, help: 'Resolver option' },
  { name: 'dns-option', type: 'list', help: 'Resolver option' },
  { name: 'dns-search', type: 'list', check: checkDnsSearch, help: 'DNS search domain' },
  { name: 'expose', type: 'list', help: 'Port or range of ports to expose' },
  { name: 'ip', type: 'string', help: 'IPv4 address (e.g. 172.30.100.104)' },
  { name: 'ip6', type: 'string', help: 'IPv6 address (e.g. 2001:db8::33)' },
  {
    name: 'link',
    type: 'list',
    check: checkLink,
    completes: 'containers',
    help: 'Container to link to (name[:alias])',
  },
  { name: 'link-local-ip', type: 'list', help: 'Link-local address' },
  { name: 'mac-address', type: 'string', help: 'MAC address (e.g. 92:d0:c6:0a:29:33)' },
  {
    name: 'net',
    type: 'list',
    shownType: 'network',
    aliasOf: 'network',
    hidden: true,
    help: 'Network to connect to',
  },
  {
    name: 'net-alias',
    type: 'list',
    aliasOf: 'network-alias',
    hidden: true,
    help: 'Name in the network',
  },
  {
    name: 'network',
    type: 'list',
    shownType: 'network',
    completes: 'networks',
    check: checkNetwork,
    help: 'Network to connect to',
  },
  { name: 'network-alias', type: 'list', help: 'Further name of the container in its network' },
  {
    name: 'publish',
    short: 'p',
    type: 'list',
    help: 'Publish a port on the host ([ip:][host-port:]port[/protocol])',
  },
  {
    name: 'publish-all',
    short: 'P',
    type: 'bool',
    help: 'Publish every exposed port on a free port of the host',
  },
];

const storageFlags: readonly FlagDefinition[] = [
  { name: 'log-driver', type: 'string', help: 'Log driver' },
  { name: 'log-opt', type: 'list', help: 'Option of the log driver' },
  {
    name: 'mount',
    type: 'list',
    shownType: 'mount',
    check: checkMount,
    help: 'Mount (type=bind|volume|tmpfs,source=…,target=…)',
  },
  { name: 'storage-opt', type: 'list', help: 'Option of the storage driver' },
  { name: 'tmpfs', type: 'list', help: 'Folder to be a tmpfs (path[:options])' },
  {
    name: 'volume',
    short: 'v',
    type: 'list',
    completes: 'volumes',
    help: 'Bind mount or volume ([source:]target[:options])',
  },
  { name: 'volume-driver', type: 'string', help: 'Driver for volumes that are created' },
  {
    name: 'volumes-from',
    type: 'list',
    completes: 'containers',
    help: 'Container whose volumes to mount',
  },
];

const healthFlags: readonly FlagDefinition[] = [
  { name: 'health-cmd', type: 'string', help: 'Command that checks health' },
  {
    name: 'health-interval',
    type: 'duration',
    help: 'Time between checks (ms|s|m|h) (default 0s)',
  },
  { name: 'health-retries', type: 'int', help: 'Failures in a row that mean unhealthy' },
  {
    name: 'health-start-interval',
    type: 'duration',
    apiVersion: '1.44',
    help: 'Time between checks in the start period (ms|s|m|h) (default 0s)',
  },
  {
    name: 'health-start-period',
    type: 'duration',
    apiVersion: '1.29',
    help: 'Time to start up before failures count (ms|s|m|h) (default 0s)',
  },
  {
    name: 'health-timeout',
    type: 'duration',
    help: 'Time one check may take (ms|s|m|h) (default 0s)',
  },
  { name: 'no-healthcheck', type: 'bool', help: "Run no HEALTHCHECK, not even the image's" },
];

const resourceFlags: readonly FlagDefinition[] = [
  {
    name: 'blkio-weight',
    type: 'uint16',
    help: 'Share of block IO, 10 to 1000, or 0 for no share (default 0)',
  },
  {
    name: 'blkio-weight-device',
    type: 'list',
    shownDefault: '[]',
    check: checkWeightDevice,
    help: 'Share of block IO on a device (path:weight)',
  },
  { name: 'cgroup-parent', type: 'string', help: 'Cgroup to put the container in' },
  { name: 'cpu-count', type: 'int', help: 'Number of CPUs (Windows only)' },
  { name: 'cpu-percent', type: 'int', help: 'Percent of CPU (Windows only)' },
  { name: 'cpu-period', type: 'int', help: 'CFS period in microseconds' },
  { name: 'cpu-quota', type: 'int', help: 'CFS quota in microseconds' },
  {
    name: 'cpu-rt-period',
    type: 'int',
    apiVersion: '1.25',
    help: 'Real-time period in microseconds',
  },
  {
    name: 'cpu-rt-runtime',
    type: 'int',
    apiVersion: '1.25',
    help: 'Real-time runtime in microseconds',
  },
  { name: 'cpu-shares', short: 'c', type: 'int', help: 'Relative weight of CPU' },
  { name: 'cpus', type: 'decimal', apiVersion: '1.25', help: 'Number of CPUs (e.g. 1.5)' },
  { name: 'cpuset-cpus', type: 'string', help: 'CPUs to run on (0-3, 0,1)' },
  { name: 'cpuset-mems', type: 'string', help: 'Memory nodes to use (0-3, 0,1)' },
  {
    name: 'device-read-bps',
    type: 'list',
    shownDefault: '[]',
    check: checkThrottleBytes,
    help: 'Bytes a second read from a device (path:rate)',
  },
  {
    name: 'device-read-iops',
    type: 'list',
    shownDefault: '[]',
    check: checkThrottleOperations,
    help: 'Reads a second from a device (path:rate)',
  },
  {
    name: 'device-write-bps',
    type: 'list',
    shownDefault: '[]',
    check: checkThrottleBytes,
    help: 'Bytes a second written to a device (path:rate)',
  },
  {
    name: 'device-write-iops',
    type: 'list',
    shownDefault: '[]',
    check: checkThrottleOperations,
    help: 'Writes a second to a device (path:rate)',
  },
  {
    name: 'io-maxbandwidth',
    type: 'bytes',
    help: 'IO bandwidth of the system drive (Windows only)',
  },
  {
    name: 'io-maxiops',
    type: 'uint',
    help: 'IO operations of the system drive (Windows only)',
  },
  { name: 'ipc', type: 'string', help: 'IPC namespace' },
  { name: 'isolation', type: 'string', help: 'Isolation technology' },
  { name: 'kernel-memory', type: 'bytes', help: 'Kernel memory limit' },
  { name: 'memory', short: 'm', type: 'bytes', help: 'Memory limit' },
  {
    name: 'memory-reservation',
    type: 'bytes',
    help: 'Memory that is kept when the host is short of it',
  },
  {
    name: 'memory-swap',
    type: 'swap-bytes',
    help: "Limit of memory and swap together; '-1' for no limit on swap",
  },
  { name: 'memory-swappiness', type: 'int', default: '-1', help: 'Readiness to swap, 0 to 100' },
  {
    name: 'oom-kill-disable',
    type: 'bool',
    help: 'Do not kill processes when the memory limit is reached',
  },
  { name: 'oom-score-adj', type: 'int', help: "Adjust the host's OOM score (-1000 to 1000)" },
  { name: 'pid', type: 'string', help: 'PID namespace' },
  { name: 'pids-limit', type: 'int', help: 'Number of processes (-1 for no limit)' },
  { name: 'runtime', type: 'string', help: 'OCI runtime' },
  { name: 'shm-size', type: 'bytes', help: 'Size of /dev/shm' },
  { name: 'uts', type: 'string', help: 'UTS namespace' },
];

/** Every flag that describes a container. */
export const containerFlags: readonly FlagDefinition[] = [
  ...generalFlags,
  ...securityFlags,
  ...networkFlags,
  ...storageFlags,
  ...healthFlags,
  ...resourceFlags,
];
