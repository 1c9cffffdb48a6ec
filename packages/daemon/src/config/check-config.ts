import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { parseLogOptions } from '@berth/containers/validate/log-options.ts';
import { engineError } from '@berth/errors';
import { logLevels } from '../logging/logger.ts';
import { checkRegistryOptions } from './check-registry-options.ts';
import type { DaemonConfig } from './option-table.ts';

/** Fails with daemon.invalid-option for the first value that makes no sense. Touches no file. */
export function checkConfig(config: DaemonConfig): void {
  requireWord(config, 'log-level', logLevels);
  requireWord(config, 'log-format', ['text', 'json']);
  requireWord(config, 'publish-mode', ['redirect', 'respect']);
  requireWord(config, 'log-driver', [
    'fluentd',
    'gelf',
    'journald',
    'json-file',
    'local',
    'none',
    'syslog',
  ]);
  requireWord(config, 'default-cgroupns-mode', ['private', 'host']);
  requireWord(config, 'default-ipc-mode', ['private', 'shareable']);
  requireWord(config, 'storage-driver', ['', 'overlay2', 'btrfs', 'vfs']);
  for (const key of ['data-root', 'exec-root', 'pidfile'] as const) {
    if (!isAbsolute(config[key])) refuse(key, config[key], 'an absolute path is needed');
  }
  if (config.mtu < 68 || config.mtu > 65_535) refuse('mtu', config.mtu, 'must be 68 to 65535');
  if (config['shutdown-timeout'] < -1) {
    refuse('shutdown-timeout', config['shutdown-timeout'], 'must be -1 (no limit) or more');
  }
  for (const address of config.dns) requireAddress('dns', address);
  for (const address of config['host-gateway-ips']) requireAddress('host-gateway-ips', address);
  requireAddress('ip', config.ip);
  checkLabels(config);
  checkFeatures(config);
  const score = config['oom-score-adjust'];
  if (score < -1000 || score > 1000) refuse('oom-score-adjust', score, 'must be -1000 to 1000');
  checkTransferLimits(config);
  for (const folder of config['registry-certs-dirs']) {
    if (!isAbsolute(folder)) refuse('registry-certs-dirs', folder, 'an absolute path is needed');
  }
  checkExecOptions(config);
  checkLogOptions(config);
  checkRegistryOptions(config);
  if (config.bridge !== '' && config.bip !== '') {
    throw engineError('daemon.bridge-with-bip', {});
  }
}

/** The same label may come twice, but not with two values (Docker's text). */
function checkLabels({ labels }: DaemonConfig): void {
  const values = new Map<string, string>();
  for (const label of labels) {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/s.exec(label) ?? [];
    if (name === '') refuse('labels', label, 'bad attribute format: expected key=value');
    const other = values.get(name);
    if (other !== undefined && other !== value) {
      refuse('labels', label, `conflict labels for ${label} and ${name}=${other}`);
    }
    values.set(name, value);
  }
}

/** Switches of dockerd whose one state is how the engine works always. */
const fixedFeatures: Readonly<Record<string, string>> = {
  'containerd-snapshotter':
    'images are always kept whole, and named by the digest of their manifest or index',
  cdi: 'devices are always described by specifications',
};

function checkFeatures({ features }: DaemonConfig): void {
  for (const [name, on] of Object.entries(features)) {
    const always = Object.hasOwn(fixedFeatures, name) ? fixedFeatures[name] : undefined;
    if (always === undefined) refuse('features', name, 'there is no such feature');
    if (!on) refuse('features', `${name}=false`, always);
  }
}

function checkTransferLimits(config: DaemonConfig): void {
  for (const key of ['max-concurrent-downloads', 'max-concurrent-uploads'] as const) {
    if (config[key] < 1) refuse(key, config[key], 'must be 1 or more');
  }
  const attempts = config['max-download-attempts'];
  if (attempts < 1) refuse('max-download-attempts', attempts, 'must be 1 or more');
}

/** What no container could be created with is told at once. */
function checkLogOptions({ 'log-driver': driver, 'log-opts': options }: DaemonConfig): void {
  try {
    parseLogOptions({ Type: driver, Config: options });
  } catch (cause) {
    refuse('log-opts', JSON.stringify(options), (cause as Error).message);
  }
}

/** `--exec-opt native.cgroupdriver=…` is the only one that dockerd knows. */
function checkExecOptions({ 'exec-opts': options }: DaemonConfig): void {
  for (const option of options) {
    const [name, value] = option.split('=', 2);
    if (name !== 'native.cgroupdriver') {
      refuse('exec-opts', option, 'unknown option: only native.cgroupdriver is known');
    }
    if (value !== 'cgroupfs' && value !== 'systemd') {
      refuse('exec-opts', option, 'the cgroup driver is cgroupfs or systemd');
    }
  }
}

type TextKey = {
  [Key in keyof DaemonConfig]: DaemonConfig[Key] extends string ? Key : never;
}[keyof DaemonConfig];

function requireWord(config: DaemonConfig, key: TextKey, words: readonly string[]): void {
  if (words.includes(config[key])) return;
  refuse(key, config[key], `must be one of ${words.filter((word) => word !== '').join(', ')}`);
}

function requireAddress(key: string, address: string): void {
  if (isIP(address) === 0) refuse(key, address, 'is not an IP address');
}

function refuse(key: string, value: string | number, reason: string): never {
  throw engineError('daemon.invalid-option', { key, value, reason });
}
