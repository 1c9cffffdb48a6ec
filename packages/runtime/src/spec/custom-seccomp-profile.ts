/**
 * A `--security-opt seccomp=FILE` profile in Docker's format: OCI's, plus `archMap`, and rules that
 * apply only for some capabilities, architectures or kernels
 * (https://docs.docker.com/engine/security/seccomp/). Input is the user's JSON.
 */
export interface CustomSeccompProfile {
  readonly defaultAction?: string;
  readonly defaultErrnoRet?: number;
  readonly architectures?: readonly string[];
  readonly archMap?: readonly {
    architecture: string;
    subArchitectures?: readonly string[] | null;
  }[];
  readonly flags?: readonly string[];
  readonly listenerPath?: string;
  readonly syscalls?: readonly CustomSeccompRule[] | null;
}

interface CustomSeccompRule {
  readonly name?: string;
  readonly names?: readonly string[];
  readonly action?: string;
  readonly errnoRet?: number;
  readonly args?: readonly object[] | null;
  readonly includes?: RuleCondition;
  readonly excludes?: RuleCondition;
}

interface RuleCondition {
  readonly caps?: readonly string[] | null;
  readonly arches?: readonly string[] | null;
  readonly minKernel?: string;
}

export interface SeccompHost {
  readonly capabilities: readonly string[];
  readonly architecture: string;
  readonly kernelVersion: string;
}

const profileArchitectures: Readonly<Record<string, { docker: string; seccomp: string }>> = {
  x86_64: { docker: 'amd64', seccomp: 'SCMP_ARCH_X86_64' },
  aarch64: { docker: 'arm64', seccomp: 'SCMP_ARCH_AARCH64' },
};

/** The OCI form of a custom profile for one container on this host. */
export function resolveSeccompProfile(
  profile: CustomSeccompProfile,
  host: SeccompHost,
): Readonly<Record<string, unknown>> {
  const syscalls = (profile.syscalls ?? [])
    .filter((rule) => applies(rule, host))
    .map((rule) => ({
      names: rule.names ?? (rule.name === undefined ? [] : [rule.name]),
      action: rule.action,
      ...(rule.errnoRet === undefined ? {} : { errnoRet: rule.errnoRet }),
      ...(rule.args === undefined || rule.args === null ? {} : { args: rule.args }),
    }));
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet === undefined ? {} : { defaultErrnoRet: profile.defaultErrnoRet }),
    architectures: architecturesOf(profile, host.architecture),
    ...(profile.flags === undefined ? {} : { flags: profile.flags }),
    ...(profile.listenerPath === undefined ? {} : { listenerPath: profile.listenerPath }),
    syscalls,
  };
}

function architecturesOf(profile: CustomSeccompProfile, machine: string): readonly string[] {
  if (profile.architectures !== undefined) return profile.architectures;
  const own = profileArchitectures[machine]?.seccomp;
  const entry = profile.archMap?.find((candidate) => candidate.architecture === own);
  return entry === undefined ? [] : [entry.architecture, ...(entry.subArchitectures ?? [])];
}

function applies(rule: CustomSeccompRule, host: SeccompHost): boolean {
  const { includes, excludes } = rule;
  const arch = profileArchitectures[host.architecture]?.docker ?? host.architecture;
  if (includes?.arches?.length && !includes.arches.includes(arch)) return false;
  if (excludes?.arches?.includes(arch)) return false;
  if (includes?.caps?.some((capability) => !host.capabilities.includes(capability))) return false;
  if (excludes?.caps?.some((capability) => host.capabilities.includes(capability))) return false;
  if (includes?.minKernel && !kernelAtLeast(host.kernelVersion, includes.minKernel)) return false;
  return !(excludes?.minKernel && kernelAtLeast(host.kernelVersion, excludes.minKernel));
}

function kernelAtLeast(actual: string, wanted: string): boolean {
  const [major = 0, minor = 0] = actual.split(/[.-]/).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
