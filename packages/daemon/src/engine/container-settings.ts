import { existsSync, readFileSync } from 'node:fs';
import type { ContainersConfig } from '@berth/containers';
import { engineError } from '@berth/errors';
import type { CgroupDriver, IdMappings, Kernel } from '@berth/kernel';
import type { DaemonConfig } from '../config/option-table.ts';
import type { RuntimeChoice } from './choose-runtime.ts';

/** What the configuration says about containers, in the terms of the containers package. */
export function containerSettings(
  config: DaemonConfig,
  kernel: Kernel,
  { defaultName, runtimes }: RuntimeChoice,
  idMappings: IdMappings | undefined,
): ContainersConfig {
  const cgroupDriver = chooseCgroupDriver(config, kernel);
  const initPath = config['init-path'] === '' ? findInit() : config['init-path'];
  const seccompProfile = readSeccompProfile(config['seccomp-profile']);
  return {
    defaults: {
      runtime: defaultName,
      logDriver: config['log-driver'],
      logOptions: config['log-opts'],
      ipcMode: config['default-ipc-mode'] === 'shareable' ? 'shareable' : 'private',
      cgroupNamespaceMode: config['default-cgroupns-mode'] === 'host' ? 'host' : 'private',
      shmSize: config['default-shm-size'],
      init: config.init,
      noNewPrivileges: config['no-new-privileges'],
      ulimits: defaultUlimits(config),
      dns: config.dns,
      dnsSearch: config['dns-search'],
      dnsOptions: config['dns-opts'],
    },
    runtimes,
    cgroupDriver,
    cgroupParent: config['cgroup-parent'] || defaultParents[cgroupDriver],
    cgroupPrefix: 'berth',
    ...(initPath === undefined ? {} : { initPath }),
    ...(seccompProfile === undefined ? {} : { seccompProfile }),
    ...(idMappings === undefined ? {} : { idMappings }),
    cdiFolders: cdiFolders(config),
    stopTimeout: 10,
  };
}

/** Where vendors put device specifications, unless told otherwise. */
export function cdiFolders(config: DaemonConfig): readonly string[] {
  const given = config['cdi-spec-dirs'];
  return given.length > 0 ? given : ['/etc/cdi', '/var/run/cdi'];
}

const defaultParents: Readonly<Record<CgroupDriver, string>> = {
  cgroupfs: '/berth',
  systemd: 'system.slice',
};

/** The chosen driver, or systemd's where it manages a pure version 2 hierarchy. */
export function chooseCgroupDriver(config: DaemonConfig, { cgroups }: Kernel): CgroupDriver {
  const [chosen] = config['exec-opts'].map((option) => option.split('=', 2)[1]).slice(-1);
  if (chosen === 'systemd' || chosen === 'cgroupfs') return chosen;
  return cgroups.host.layout === 'v2' && existsSync('/run/systemd/system') ? 'systemd' : 'cgroupfs';
}

function defaultUlimits(config: DaemonConfig): ContainersConfig['defaults']['ulimits'] {
  const limits = Object.entries(config['default-ulimits']);
  return Object.fromEntries(
    limits.map(([name, { Soft, Hard }]) => [name, { soft: Soft, hard: Hard }]),
  );
}

/** Programs that serve as process 1, where distributions put them. */
const initPrograms = [
  '/usr/libexec/docker/docker-init',
  '/usr/local/bin/docker-init',
  '/usr/bin/docker-init',
  '/usr/sbin/docker-init',
  '/usr/bin/tini-static',
  '/usr/bin/tini',
];

function findInit(): string | undefined {
  return initPrograms.find((path) => existsSync(path));
}

/** Undefined for the built-in profile. */
function readSeccompProfile(setting: string): string | undefined {
  if (setting === '' || setting === 'builtin') return undefined;
  if (setting === 'unconfined') return setting;
  try {
    return readFileSync(setting, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw engineError(
      'daemon.invalid-option',
      { key: 'seccomp-profile', value: setting, reason },
      { cause },
    );
  }
}
