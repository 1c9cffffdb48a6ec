import { type OptionDefinition, type OptionValues, option } from './option-definition.ts';

const text = (help: string, more: Partial<OptionDefinition<'string'>> = {}) =>
  option({ type: 'string', default: '', help, ...more });
const toggle = (help: string, value: boolean, more: Partial<OptionDefinition<'boolean'>> = {}) =>
  option({ type: 'boolean', default: value, help, ...more });
const integer = (help: string, value: number, more: Partial<OptionDefinition<'integer'>> = {}) =>
  option({ type: 'integer', default: value, help, ...more });
const list = (help: string, more: Partial<OptionDefinition<'list'>> = {}) =>
  option({ type: 'list', default: [], help, ...more });
const map = (help: string, more: Partial<OptionDefinition<'map'>> = {}) =>
  option({ type: 'map', default: {}, help, ...more });
const object = (help: string, more: Partial<OptionDefinition<'object'>> = {}) =>
  option({ type: 'object', default: {}, help, ...more });

const reloadable = true;
const unsupported = true;

/** Every option of the daemon, by its key in daemon.json. Flags, file, help and reload follow from here. */
export const daemonOptions = {
  // The daemon itself
  'config-file': text('Daemon configuration file', {
    default: '/etc/berth/daemon.json',
    inFile: false,
  }),
  'data-root': text('Root directory of persistent state', { default: '/var/lib/berth' }),
  'exec-root': text('Root directory for execution state files', { default: '/run/berth' }),
  pidfile: text('Path to use for daemon PID file', {
    short: 'p',
    default: '/run/berth/berthd.pid',
  }),
  debug: toggle('Enable debug mode', false, { short: 'D', reloadable }),
  'log-level': text('Set the logging level ("debug"|"info"|"warn"|"error"|"fatal")', {
    short: 'l',
    default: 'info',
    reloadable,
  }),
  'log-format': text('Set the logging format ("text"|"json")', { default: 'text' }),
  'live-restore': toggle('Leave containers running when the daemon stops', true, { reloadable }),
  'shutdown-timeout': integer('Seconds that containers get to stop at shutdown', 15, {
    reloadable,
  }),
  labels: list('Set key=value labels to the daemon', { flag: 'label', reloadable }),
  validate: toggle('Validate daemon configuration and exit', false, { inFile: false }),
  version: toggle('Print version information and quit', false, { short: 'v', inFile: false }),
  help: toggle('Print usage', false, { short: 'h', inFile: false }),
  experimental: toggle('Enable experimental features', false, { unsupported }),
  features: option({
    type: 'switches',
    default: {},
    help: 'Enable or disable features in the daemon',
    flag: 'feature',
    reloadable,
  }),
  'metrics-addr': text('Address and port to serve metrics on (host:port)'),
  'oom-score-adjust': integer('Set the oom_score_adj for the daemon', 0),
  'raw-logs': toggle('Full timestamps without colours', false),
  rootless: toggle('Run in rootless mode', false, { unsupported }),

  // Listening
  hosts: list('Daemon socket(s) to connect to', { flag: 'host', short: 'H' }),
  group: text('Group for the unix socket', { short: 'G', default: 'docker' }),
  'allow-insecure-tcp': toggle(
    'Allow a TCP socket without TLS: root for whoever reaches it',
    false,
  ),
  tls: toggle('Use TLS; implied by --tlsverify', false),
  tlsverify: toggle('Use TLS and verify the remote', false),
  tlscacert: text('Trust certs signed only by this CA', { default: '/etc/berth/ca.pem' }),
  tlscert: text('Path to TLS certificate file', { default: '/etc/berth/cert.pem' }),
  tlskey: text('Path to TLS key file', { default: '/etc/berth/key.pem' }),
  'plugin-dirs': list("Folders where plug-ins are found, instead of Docker's", {
    flag: 'plugin-dir',
  }),
  'authorization-plugins': list('Authorization plugins to load', {
    flag: 'authorization-plugin',
    reloadable,
  }),

  'api-cors-header': text('CORS headers in the API', { unsupported }),
  'min-api-version': text('Minimum API version that is answered', { flag: false, unsupported }),

  // Storage
  'storage-driver': text('Storage driver to use', { short: 's' }),
  'storage-opts': list('Storage driver options', { flag: 'storage-opt' }),

  // Running containers
  'default-runtime': text('Default OCI runtime for containers', { reloadable }),
  runtimes: option({
    type: 'runtimes',
    default: {},
    help: 'Register an additional OCI compatible runtime',
    flag: 'add-runtime',
    reloadable,
  }),
  'exec-opts': list('Runtime execution options', { flag: 'exec-opt' }),
  'default-ulimits': option({
    type: 'ulimits',
    default: {},
    help: 'Default ulimits for containers',
    flag: 'default-ulimit',
  }),
  'default-shm-size': option({
    type: 'bytes',
    default: 64 * 1024 * 1024,
    help: 'Default shm size for containers',
    reloadable,
  }),
  init: toggle('Run an init in the container to forward signals and reap processes', false),
  'init-path': text('Path to the docker-init binary'),
  'no-new-privileges': toggle('Set no-new-privileges by default for new containers', false),
  'seccomp-profile': text('Path to seccomp profile; "unconfined" to disable the default one', {
    default: 'builtin',
  }),
  'cgroup-parent': text('Set parent cgroup for all containers'),
  'default-cgroupns-mode': text('Default mode for containers cgroup namespace', {
    default: 'private',
  }),
  'default-ipc-mode': text('Default mode for containers ipc', { default: 'private' }),
  'selinux-enabled': toggle('Enable selinux support', false, { unsupported }),
  'userns-remap': text('User/Group setting for user namespaces'),
  'cpu-rt-period': integer('Limit the CPU real-time period in microseconds', 0, {
    flag: 'cpu-rt-period',
    unsupported,
  }),
  'cpu-rt-runtime': integer('Limit the CPU real-time runtime in microseconds', 0, { unsupported }),
  'cdi-spec-dirs': list('CDI specification directories to use', {
    flag: 'cdi-spec-dir',
  }),

  // Logs of containers
  'log-driver': text('Default driver for container logs', { default: 'json-file' }),
  'log-opts': map('Default log driver options for containers', { flag: 'log-opt' }),

  // Networks
  bridge: text('Attach containers to a network bridge', { short: 'b' }),
  bip: text('IPv4 address for the default bridge'),
  bip6: text('IPv6 address for the default bridge', { unsupported }),
  'fixed-cidr': text('IPv4 subnet for the default bridge network'),
  'fixed-cidr-v6': text('IPv6 subnet for the default bridge network', { unsupported }),
  'default-gateway': text('Default gateway IPv4 address for the default bridge network'),
  'default-gateway-v6': text('Default gateway IPv6 address for the default bridge network', {
    unsupported,
  }),
  'default-address-pools': option({
    type: 'pools',
    default: [],
    help: 'Default address pools for node specific local networks',
    flag: 'default-address-pool',
  }),
  'default-network-opts': object('Default network options', { flag: false, unsupported }),
  mtu: integer('Set the MTU for the default bridge network', 1500),
  ip: text('Host IP for port publishing from the default bridge network', { default: '0.0.0.0' }),
  icc: toggle('Enable inter-container communication for the default bridge network', true),
  'ip-forward': toggle('Enable IP forwarding in the system configuration', true),
  'ip-forward-no-drop': toggle('Do not set the filter-FORWARD policy to DROP', false),
  'ip-masq': toggle('Enable IP masquerading for the default bridge network', true),
  iptables: toggle('Enable addition of firewall rules', true),
  ip6tables: toggle('Enable addition of firewall rules for IPv6', true, { unsupported }),
  'firewall-backend': text('Firewall backend to use', { unsupported }),
  'allow-direct-routing': toggle(
    'Allow remote access to published ports on container addresses',
    false,
    {
      unsupported,
    },
  ),
  'bridge-accept-fwmark': text('Firewall mark that is let through to bridges', { unsupported }),
  ipv6: toggle('Enable IPv6 networking for the default bridge network', false, { unsupported }),
  'publish-mode': text(
    'Who decides on clients of published ports: "redirect" (they pass by the input rules of the host) or "respect" (these decide)',
    { default: 'redirect' },
  ),
  'userland-proxy': toggle('Relay clients whom the firewall cannot lead to a container', true),
  'userland-proxy-path': text('Path to the userland proxy binary', { unsupported }),
  dns: list('DNS server to use'),
  'dns-opts': list('DNS options to use', { flag: 'dns-opt' }),
  'dns-search': list('DNS search domains to use'),
  'host-gateway-ips': list('IP addresses that "host-gateway" of --add-host means', {
    flag: 'host-gateway-ip',
  }),
  'network-control-plane-mtu': integer('Network control plane MTU', 1500, { unsupported }),

  // Registries
  'registry-mirrors': list('Preferred registry mirrors', { flag: 'registry-mirror', reloadable }),
  'insecure-registries': list('Registries to talk to without TLS', {
    flag: 'insecure-registry',
    reloadable,
  }),
  registries: object('Mirrors and trust of single registries', { flag: false, reloadable }),
  'registry-certs-dirs': list('Directories of certificates and hosts.toml by registry', {
    flag: 'registry-certs-dir',
    default: ['/etc/berth/certs.d', '/etc/docker/certs.d'],
    reloadable,
  }),
  'registry-timeout': integer('Seconds without progress after which a registry is given up', 60, {
    reloadable,
  }),
  'max-concurrent-downloads': integer('Max concurrent downloads for each pull', 3, { reloadable }),
  'max-concurrent-uploads': integer('Max concurrent uploads for each push', 5, { reloadable }),
  'max-download-attempts': integer('Max download attempts for each pull', 5, { reloadable }),
  'http-proxy': text('HTTP proxy URL to use for outgoing traffic', { inFile: false }),
  'https-proxy': text('HTTPS proxy URL to use for outgoing traffic', { inFile: false }),
  'no-proxy': text('Hosts and addresses that are reached without the proxy', { inFile: false }),
  proxies: object('Proxies for outgoing traffic', { flag: false, reloadable }),

  'allow-nondistributable-artifacts': list('Allow push of nondistributable artifacts to registry', {
    unsupported,
  }),

  // Parts of dockerd that Berth does not have
  builder: object('Builder configuration', { flag: false, unsupported }),
  containerd: text('containerd grpc address', { unsupported }),
  'containerd-namespace': text('containerd namespace to use', { unsupported }),
  'containerd-plugins-namespace': text('containerd namespace for plugins', { unsupported }),
  'cri-containerd': toggle('Start containerd with CRI', false, { inFile: false, unsupported }),
  'node-generic-resources': list('Advertise user-defined resources', {
    flag: 'node-generic-resource',
    reloadable,
    unsupported,
  }),
  'default-init': text('Default init binary', { flag: false, unsupported }),
  'network-diagnostic-port': integer('Port of the network diagnostic server', 0, {
    flag: false,
    unsupported,
  }),
  'resolv-conf': text("Path of the host's resolver configuration", { flag: false, unsupported }),
  'swarm-default-advertise-addr': text('Default address of the swarm', { unsupported }),
};

export type OptionKey = keyof typeof daemonOptions;

/** A complete configuration: a value for every option. */
export type DaemonConfig = {
  readonly [Key in OptionKey]: (typeof daemonOptions)[Key] extends OptionDefinition<infer Type>
    ? OptionValues[Type]
    : never;
};

/** What one source says, by key. */
export type PartialConfig = { [Key in OptionKey]?: DaemonConfig[Key] };

export function optionOf(key: OptionKey): OptionDefinition {
  return daemonOptions[key] as OptionDefinition;
}

export const optionKeys = Object.keys(daemonOptions) as OptionKey[];

export function isOptionKey(key: string): key is OptionKey {
  return Object.hasOwn(daemonOptions, key);
}

/** The long flag of an option; undefined when there is none. */
export function flagOf(key: OptionKey): string | undefined {
  const { flag } = optionOf(key);
  return flag === false ? undefined : (flag ?? key);
}
