import type { IdRange } from '@berth/kernel';
import type { IdMappingSpec, LinuxSpec, MountSpec, RuntimeSpec } from '../runtime-spec.ts';
import type { SpecRequest } from '../spec-request.ts';
import { resolveCapabilities } from './capabilities.ts';
import { type CustomSeccompProfile, resolveSeccompProfile } from './custom-seccomp-profile.ts';
import { defaultMounts, mergeMounts } from './default-mounts.ts';
import { deviceNodes } from './devices.ts';
import { defaultMaskedPaths, defaultReadonlyPaths } from './masked-paths.ts';
import { processSpec } from './process-spec.ts';
import { linuxResources } from './resources.ts';
import { defaultSeccompProfile } from './seccomp-profile.ts';

/** Version of the runtime specification that the output follows. */
const ociVersion = '1.0.2';

/** The OCI runtime configuration of one container: a pure function of the request. */
export function generateRuntimeSpec(request: SpecRequest): RuntimeSpec {
  const { config, hostConfig } = request;
  const capabilities = resolveCapabilities({
    add: hostConfig.CapAdd ?? [],
    drop: hostConfig.CapDrop ?? [],
    privileged: hostConfig.Privileged === true,
    known: request.host.kernelCapabilities,
    bounding: request.host.boundingCapabilities,
  });
  const annotations = hostConfig.Annotations ?? {};
  const ownUts = request.namespaces.some((ns) => ns.type === 'uts' && ns.path === undefined);
  return {
    ociVersion,
    process: processSpec(request, capabilities),
    root: { path: request.rootDirectory, readonly: hostConfig.ReadonlyRootfs === true },
    ...(ownUts && request.hostname !== '' ? { hostname: request.hostname } : {}),
    ...(ownUts && config.Domainname ? { domainname: config.Domainname } : {}),
    mounts: mounts(request),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    linux: linux(request, capabilities),
  };
}

function mounts(request: SpecRequest): MountSpec[] {
  const cgroupNamespace = request.namespaces.some((ns) => ns.type === 'cgroup');
  const defaults = defaultMounts({
    privileged: request.hostConfig.Privileged === true,
    cgroupNamespace,
  });
  const init: MountSpec[] =
    request.initPath === undefined
      ? []
      : [
          {
            destination: '/sbin/docker-init',
            type: 'bind',
            source: request.initPath,
            options: ['bind', 'ro'],
          },
        ];
  return mergeMounts(defaults, [...request.mounts, ...init]);
}

function linux(request: SpecRequest, capabilities: readonly string[]): LinuxSpec {
  const { hostConfig } = request;
  const privileged = hostConfig.Privileged === true;
  const seccomp = seccompOf(request, capabilities);
  const sysctl = sysctls(request);
  const propagation = rootPropagation(request.mounts);
  return {
    namespaces: request.namespaces,
    ...idMappings(request),
    devices: deviceNodes(request),
    cgroupsPath: request.cgroupsPath,
    resources: linuxResources(request),
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(propagation === undefined ? {} : { rootfsPropagation: propagation }),
    maskedPaths: hostConfig.MaskedPaths ?? (privileged ? [] : defaultMaskedPaths),
    readonlyPaths: hostConfig.ReadonlyPaths ?? (privileged ? [] : defaultReadonlyPaths),
    ...(Object.keys(sysctl).length === 0 ? {} : { sysctl }),
  };
}

function idMappings({ idMappings }: SpecRequest): Pick<LinuxSpec, 'uidMappings' | 'gidMappings'> {
  if (idMappings === undefined) return {};
  return {
    uidMappings: idMappings.uids.map(rangeSpec),
    gidMappings: idMappings.gids.map(rangeSpec),
  };
}

function rangeSpec({ inside, outside, size }: IdRange): IdMappingSpec {
  return { containerID: inside, hostID: outside, size };
}

/** Privileged containers run unconfined unless a profile was given for them. */
function seccompOf(
  request: SpecRequest,
  capabilities: readonly string[],
): Readonly<Record<string, unknown>> | undefined {
  const { seccomp, host } = request;
  if (!host.seccomp || seccomp === 'unconfined') return undefined;
  if (seccomp === 'default') {
    return request.hostConfig.Privileged === true
      ? undefined
      : defaultSeccompProfile(capabilities, host.architecture);
  }
  return resolveSeccompProfile(seccomp as CustomSeccompProfile, {
    capabilities,
    architecture: host.architecture,
    kernelVersion: host.kernelVersion,
  });
}

/** With a network namespace of its own, a container may use low ports and ping without privileges. */
function sysctls(request: SpecRequest): Record<string, string> {
  const ownNetwork = request.namespaces.some((ns) => ns.type === 'network');
  const joined = request.hostConfig.NetworkMode?.startsWith('container:') === true;
  const defaults =
    ownNetwork && !joined
      ? {
          'net.ipv4.ip_unprivileged_port_start': '0',
          'net.ipv4.ping_group_range': `0 ${lastGroup(request)}`,
        }
      : {};
  return { ...defaults, ...(request.hostConfig.Sysctls ?? {}) };
}

/** The kernel takes none that the user namespace does not map. */
function lastGroup({ idMappings }: SpecRequest): number {
  return (idMappings?.gids[0]?.size ?? 2 ** 31) - 1;
}

/** A shared or slave bind needs the same of the container's root (mount_namespaces(7)). */
function rootPropagation(all: readonly MountSpec[]): string | undefined {
  const options = new Set(all.flatMap((mount) => mount.options ?? []));
  if (options.has('shared') || options.has('rshared')) return 'shared';
  if (options.has('slave') || options.has('rslave')) return 'rslave';
  return undefined;
}
