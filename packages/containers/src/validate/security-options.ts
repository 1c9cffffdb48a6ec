import type { HostConfig } from '@berth/engine-api';
import { engineError } from '@berth/errors';

export interface SecurityOptions {
  readonly noNewPrivileges?: boolean;
  /** `unconfined`, `builtin`, or the text of a profile (JSON). */
  readonly seccomp?: string;
}

/** Reads HostConfig.SecurityOpt (`key=value`, formerly `key:value`). */
export function parseSecurityOptions(
  host: HostConfig,
  security: { readonly appArmor: boolean; readonly seLinux: boolean },
): SecurityOptions {
  let parsed: SecurityOptions = {};
  for (const option of host.SecurityOpt ?? []) {
    parsed = { ...parsed, ...parseOption(option, security) };
  }
  return parsed;
}

function parseOption(
  option: string,
  security: { readonly appArmor: boolean; readonly seLinux: boolean },
): SecurityOptions {
  if (option === 'no-new-privileges') return { noNewPrivileges: true };
  if (option === 'disable') return {};
  const separator = option.includes('=') ? '=' : ':';
  const at = option.indexOf(separator);
  if (at < 0) throw invalid(option);
  const value = option.slice(at + 1);
  switch (option.slice(0, at)) {
    case 'no-new-privileges':
      if (!/^(true|false|1|0)$/.test(value)) throw invalid(option);
      return { noNewPrivileges: value === 'true' || value === '1' };
    case 'seccomp':
      return { seccomp: value };
    case 'apparmor':
      if (value !== 'unconfined' && (security.appArmor || value !== '')) {
        throw engineError('containers.unsupported', { feature: `the AppArmor profile ${value}` });
      }
      return {};
    case 'label':
      if (value !== 'disable') {
        throw engineError('containers.unsupported', { feature: `the SELinux label ${value}` });
      }
      return {};
    default:
      throw invalid(option);
  }
}

function invalid(option: string): Error {
  return engineError('containers.invalid-config', {
    reason: `invalid --security-opt: "${option}"`,
  });
}

/** The seccomp member of a spec request. Fails with Docker's text for a profile that is no JSON object. */
export function seccompProfile(
  options: SecurityOptions,
  daemonProfile: string | undefined,
): 'default' | 'unconfined' | Readonly<Record<string, unknown>> {
  const profile = options.seccomp ?? daemonProfile ?? 'builtin';
  if (profile === 'unconfined') return 'unconfined';
  if (profile === 'builtin' || profile === '') return 'default';
  try {
    const parsed: unknown = JSON.parse(profile);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, unknown>>;
    }
  } catch (cause) {
    throw engineError(
      'containers.invalid-config',
      { reason: `Decoding seccomp profile failed: ${(cause as Error).message}` },
      { cause },
    );
  }
  throw engineError('containers.invalid-config', {
    reason: 'Decoding seccomp profile failed: the profile is not a JSON object',
  });
}
