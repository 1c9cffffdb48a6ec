import path from 'node:path';
import type { ContainerConfig, HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import { normaliseCapabilities } from '@berth/runtime';
import type { ContainerCreateBody } from '../container-service.ts';
import { checkHealthLabels } from '../health/health-plan.ts';
import { checkRestartLabels } from '../restart-back-off.ts';
import { parseSignal } from '../signals.ts';
import { checkModes, checkUserNamespace } from './host-modes.ts';
import { parseLogOptions } from './log-options.ts';
import { checkRestartPolicy } from './restart-policy-options.ts';
import { parseSecurityOptions, seccompProfile } from './security-options.ts';
import { refuseUnsupported } from './unsupported-features.ts';

export interface ValidationHost {
  readonly kernelCapabilities: readonly string[];
  readonly security: { readonly appArmor: boolean; readonly seLinux: boolean };
  readonly runtimes: readonly string[];
  readonly cgroupDriver: 'cgroupfs' | 'systemd';
  /** Containers get user namespaces of their own. */
  readonly userNamespaces: boolean;
}

function refuse(reason: string): never {
  throw engineError('containers.invalid-config', { reason });
}

/** Everything about a create request that can be judged before the image is known. */
export function validateCreateBody(body: ContainerCreateBody, host: ValidationHost): void {
  refuseUnsupported(body);
  checkConfig(body);
  const hostConfig = body.HostConfig ?? {};
  checkHostConfig(hostConfig, host);
  checkModes(body, hostConfig);
  checkUserNamespace(hostConfig, host.userNamespaces);
  checkPorts(body, hostConfig);
}

/** The merged configuration: image values are hostile, so they are held to the same rules. */
export function checkConfig(config: ContainerConfig): void {
  if (config.WorkingDir && !path.isAbsolute(config.WorkingDir)) {
    refuse(
      `the working directory '${config.WorkingDir}' is invalid, it needs to be an absolute path`,
    );
  }
  for (const entry of config.Env ?? []) {
    if (entry === '' || entry.startsWith('=')) refuse(`invalid environment variable: ${entry}`);
    refuseNul(entry);
  }
  for (const word of [...(config.Cmd ?? []), ...(config.Entrypoint ?? [])]) refuseNul(word);
  if (config.StopSignal) parseSignal(config.StopSignal);
  const hostname = config.Hostname ?? '';
  if (hostname.length > 63 || /[\0/\s]/.test(hostname)) {
    refuse(`invalid hostname format: ${hostname}`);
  }
  checkHealthTimes(config);
  checkHealthLabels(config);
  checkRestartLabels(config);
}

function refuseNul(text: string): void {
  if (text.includes('\0')) refuse('a text must not contain a NUL byte');
}

/** Times are in nanoseconds; Docker's smallest is 1 ms. */
function checkHealthTimes({ Healthcheck: health }: ContainerConfig): void {
  if (!health) return;
  for (const [name, value] of [
    ['Interval', health.Interval],
    ['Timeout', health.Timeout],
    ['StartPeriod', health.StartPeriod],
    ['StartInterval', health.StartInterval],
  ] as const) {
    if (typeof value === 'number' && value !== 0 && value < 1_000_000) {
      refuse(`${name} in Healthcheck cannot be less than 1ms`);
    }
  }
  if ((health.Retries ?? 0) < 0) refuse('Retries in Healthcheck cannot be negative');
}

function checkHostConfig(hostConfig: HostConfig, host: ValidationHost): void {
  if (hostConfig.AutoRemove && !['', 'no'].includes(hostConfig.RestartPolicy?.Name ?? '')) {
    refuse("can't create 'AutoRemove' container with restart policy");
  }
  checkRestartPolicy(hostConfig.RestartPolicy ?? undefined);
  normaliseCapabilities(hostConfig.CapAdd ?? [], 'CapAdd', host.kernelCapabilities);
  normaliseCapabilities(hostConfig.CapDrop ?? [], 'CapDrop', host.kernelCapabilities);
  if ((hostConfig.ShmSize ?? 0) < 0) refuse('SHM size can not be less than 0');
  const score = hostConfig.OomScoreAdj ?? 0;
  if (score < -1000 || score > 1000) {
    refuse(`Invalid value ${score}, range for oom score adj is [-1000, 1000]`);
  }
  for (const entry of hostConfig.ExtraHosts ?? []) {
    if (!/^[^:=]+[:=].+$/.test(entry)) refuse(`bad format for add-host: "${entry}"`);
  }
  for (const rule of hostConfig.DeviceCgroupRules ?? []) {
    if (!/^[acb] (\d+|\*):(\d+|\*) [rwm]{1,3}$/.test(rule)) {
      refuse(`invalid device cgroup rule format: '${rule}'`);
    }
  }
  if (Object.keys(hostConfig.Annotations ?? {}).includes('')) {
    refuse('invalid Annotation: the empty string is not permitted as an annotation key');
  }
  checkRuntime(hostConfig, host);
  parseLogOptions(hostConfig.LogConfig);
  seccompProfile(parseSecurityOptions(hostConfig, host.security), undefined);
}

function checkRuntime(hostConfig: HostConfig, host: ValidationHost): void {
  const runtime = hostConfig.Runtime ?? '';
  if (runtime !== '' && !host.runtimes.includes(runtime)) {
    throw engineError('containers.unknown-runtime', { runtime });
  }
  const parent = hostConfig.CgroupParent ?? '';
  if (parent === '') return;
  if (host.cgroupDriver === 'systemd' && !/^.{1,}\.slice$/.test(parent)) {
    refuse('cgroup-parent for systemd cgroup should be a valid slice named as "xxx.slice"');
  }
  if (parent.split('/').includes('..') || parent.includes('\0')) {
    refuse(`invalid cgroup-parent: ${parent}`);
  }
}

function checkPorts(config: ContainerConfig, hostConfig: HostConfig): void {
  const ports = [
    ...Object.keys(config.ExposedPorts ?? {}),
    ...Object.keys(hostConfig.PortBindings ?? {}),
  ];
  for (const port of ports) {
    const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(port);
    const last = Number(match?.[2] ?? match?.[1] ?? -1);
    if (match === null || last > 65535 || Number(match[1]) > last) {
      refuse(`invalid port specification: "${port}"`);
    }
  }
}
