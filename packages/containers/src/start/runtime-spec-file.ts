import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';
import {
  containerEnvironment,
  generateRuntimeSpec,
  type MountSpec,
  type RuntimeSpec,
  type SpecHost,
} from '@berth/runtime';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerRecord } from '../container-record.ts';
import { injectDevices } from '../devices/inject-devices.ts';
import { commandLine } from '../image-config-merge.ts';
import type { UserNamespace } from '../user-namespace.ts';
import { parseSecurityOptions, seccompProfile } from '../validate/security-options.ts';
import { blockDeviceNumbers, hostDevices } from './devices.ts';
import { lookUpUser } from './image-user.ts';
import { linkEnvironment, linkedContainers } from './links.ts';
import { namespacesOf } from './namespaces.ts';

export interface SpecInputs {
  readonly rootDirectory: string;
  readonly mounts: readonly MountSpec[];
  readonly networkPath: string | undefined;
  readonly userNamespace: UserNamespace | undefined;
  readonly cgroupsPath: string;
}

/** The complete runtime configuration of one start. */
export async function buildRuntimeSpec(
  context: ContainerContext,
  record: ContainerRecord,
  inputs: SpecInputs,
): Promise<RuntimeSpec> {
  const { config, hostConfig } = record;
  const { kernel } = context;
  const user = lookUpUser(
    kernel,
    inputs.rootDirectory,
    config.User ?? '',
    hostConfig.GroupAdd ?? [],
  );
  const security = parseSecurityOptions(hostConfig, kernel.host.security);
  const { path: program, args } = commandLine(config);
  const initPath = initPathOf(context, record);
  const restricted = security.noNewPrivileges ?? context.config.defaults.noNewPrivileges;
  const spec = generateRuntimeSpec({
    containerId: record.id,
    config,
    hostConfig: restricted ? withNoNewPrivileges(hostConfig) : hostConfig,
    limitsSwap: kernel.cgroups.host.memorySwap,
    args: [program, ...args],
    cwd: config.WorkingDir || '/',
    env: containerEnvironment({
      configured: [
        ...linkEnvironment(record.name, linkedContainers(context, record)),
        ...(config.Env ?? []),
      ],
      hostname: config.Hostname ?? '',
      tty: config.Tty === true,
      home: user.home,
    }),
    user,
    rootDirectory: inputs.rootDirectory,
    hostname: config.Hostname ?? '',
    cgroupsPath: inputs.cgroupsPath,
    namespaces: namespacesOf(context, record, {
      network: inputs.networkPath,
      user: inputs.userNamespace?.path,
    }),
    ...(inputs.userNamespace === undefined ? {} : { idMappings: inputs.userNamespace.mappings }),
    mounts: inputs.mounts,
    devices: await hostDevices(hostConfig),
    blockDevices: await blockDeviceNumbers(hostConfig),
    seccomp: seccompProfile(security, context.config.seccompProfile),
    ...(initPath === undefined ? {} : { initPath }),
    defaultUlimits: context.config.defaults.ulimits,
    host: specHost(context),
  });
  return await injectDevices(context, record, spec);
}

function initPathOf(context: ContainerContext, record: ContainerRecord): string | undefined {
  if (!(record.hostConfig.Init ?? context.config.defaults.init)) return undefined;
  if (context.config.initPath === undefined) throw engineError('containers.init-missing', {});
  return context.config.initPath;
}

function withNoNewPrivileges(host: HostConfig): HostConfig {
  return { ...host, SecurityOpt: [...(host.SecurityOpt ?? []), 'no-new-privileges'] };
}

function specHost({ kernel }: ContainerContext): SpecHost {
  const { host, cgroups } = kernel;
  return {
    boundingCapabilities: host.boundingCapabilities,
    kernelCapabilities: host.kernelCapabilities,
    cgroupLayout: cgroups.host.layout,
    cgroupControllers: cgroups.host.controllers,
    architecture: host.architecture,
    kernelVersion: host.kernelVersion,
    seccomp: host.security.seccomp,
    appArmor: host.security.appArmor,
  };
}

/** Writes the bundle's config.json. The bundle lives in memory (tmpfs), so nothing is synced. */
export async function writeSpecFile(bundle: string, spec: RuntimeSpec): Promise<void> {
  await writeFile(path.join(bundle, 'config.json'), JSON.stringify(spec), { mode: 0o600 });
}
