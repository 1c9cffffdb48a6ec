import type { HostConfig } from '@berth/engine-api';
import type { ProcessSpec } from '../runtime-spec.ts';
import type { ResolvedUser, SpecRequest } from '../spec-request.ts';
import { capabilitySets } from './capabilities.ts';

/** The container's first process. `capabilities` is the bounding set already resolved. */
export function processSpec(request: SpecRequest, capabilities: readonly string[]): ProcessSpec {
  const { config, hostConfig } = request;
  const [height = 0, width = 0] = hostConfig.ConsoleSize ?? [];
  const tty = config.Tty === true;
  return {
    terminal: tty,
    ...(tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
    user: userSpec(request.user),
    args:
      request.initPath === undefined ? request.args : ['/sbin/docker-init', '--', ...request.args],
    env: request.env,
    cwd: request.cwd,
    capabilities: capabilitySets(capabilities),
    rlimits: rlimits(hostConfig, request.defaultUlimits),
    noNewPrivileges: noNewPrivileges(hostConfig),
    oomScoreAdj: hostConfig.OomScoreAdj ?? 0,
  };
}

export interface ExecProcessRequest {
  /** The container's own process spec, as it was started. */
  readonly container: ProcessSpec;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly tty: boolean;
  readonly consoleSize?: readonly [rows: number, columns: number];
  readonly user: ResolvedUser;
  /** Capabilities for `exec --privileged`; absent: the container's own. */
  readonly privilegedCapabilities?: readonly string[];
}

/** The process of `exec` (runtime exec --process FILE): like the container's, with what the user changed. */
export function execProcessSpec(request: ExecProcessRequest): ProcessSpec {
  const { container } = request;
  const privileged = request.privilegedCapabilities;
  const { consoleSize: _consoleSize, capabilities, ...inherited } = container;
  const sets = privileged === undefined ? capabilities : capabilitySets(privileged);
  return {
    ...inherited,
    terminal: request.tty,
    ...(request.consoleSize === undefined || !request.tty
      ? {}
      : { consoleSize: { height: request.consoleSize[0], width: request.consoleSize[1] } }),
    user: userSpec(request.user),
    args: request.args,
    env: request.env,
    cwd: request.cwd,
    ...(sets === undefined ? {} : { capabilities: sets }),
  };
}

function userSpec(user: ResolvedUser): ProcessSpec['user'] {
  return { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids };
}

function rlimits(
  hostConfig: HostConfig,
  defaults: SpecRequest['defaultUlimits'],
): { type: string; soft: number; hard: number }[] {
  const limits = new Map(Object.entries(defaults));
  for (const limit of hostConfig.Ulimits ?? []) {
    limits.set(limit.Name ?? '', { soft: limit.Soft ?? 0, hard: limit.Hard ?? 0 });
  }
  return [...limits].map(([name, { soft, hard }]) => ({
    type: `RLIMIT_${name.toUpperCase()}`,
    // The runtime reads unsigned numbers: -1 (unlimited) is RLIM_INFINITY.
    soft: soft < 0 ? rlimInfinity : soft,
    hard: hard < 0 ? rlimInfinity : hard,
  }));
}

/** RLIM_INFINITY (getrlimit(2)): 2⁶⁴−1 is no exact JavaScript number, so it is kept as JSON text. */
const rlimInfinity = (JSON as unknown as { rawJSON(text: string): number }).rawJSON(
  '18446744073709551615',
);

function noNewPrivileges(hostConfig: HostConfig): boolean {
  const option = (hostConfig.SecurityOpt ?? []).findLast((text) => /^no-new-privileges/.test(text));
  return option !== undefined && !/[=:]false$/.test(option);
}
