import {
  architectureSyscalls,
  capabilitySyscalls,
  tracingSyscalls,
  unconditionalSyscalls,
} from './seccomp-syscalls.ts';

/** A rule of runtime-spec config-linux.md#seccomp. */
interface SeccompRule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly { index: number; value: number; valueTwo?: number; op: string }[];
}

/** CLONE_NEW{NS,UTS,IPC,USER,PID,NET,CGROUP}: bits of clone(2) that make namespaces. */
const namespaceCloneFlags = 0x7e020000;
const addressFamilyVsock = 40;
/** personality(2) values that only choose a Linux execution domain. */
const harmlessPersonalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];
const errnoEnosys = 38;

const subArchitectures: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  aarch64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
};

/**
 * The default profile: an allow list that answers EPERM to everything else. It grows with the
 * capabilities of the container, as Docker's does. `capabilities` are the bounding ones.
 */
export function defaultSeccompProfile(
  capabilities: readonly string[],
  architecture: string,
): Readonly<Record<string, unknown>> {
  const granted = new Set(capabilities);
  const names = new Set([
    ...unconditionalSyscalls,
    ...tracingSyscalls,
    ...(architectureSyscalls[architecture] ?? []),
  ]);
  for (const [capability, gated] of Object.entries(capabilitySyscalls)) {
    if (granted.has(capability)) for (const name of gated) names.add(name);
  }
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 1,
    architectures: subArchitectures[architecture] ?? [],
    syscalls: [
      { names: [...names].sort(), action: 'SCMP_ACT_ALLOW' },
      ...conditionalRules(granted),
    ],
  };
}

function conditionalRules(granted: ReadonlySet<string>): SeccompRule[] {
  const rules: SeccompRule[] = harmlessPersonalities.map((value) => ({
    names: ['personality'],
    action: 'SCMP_ACT_ALLOW',
    args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }],
  }));
  rules.push({
    names: ['socket'],
    action: 'SCMP_ACT_ALLOW',
    args: [{ index: 0, value: addressFamilyVsock, op: 'SCMP_CMP_NE' }],
  });
  if (granted.has('CAP_SYS_ADMIN')) return rules;
  rules.push({
    names: ['clone'],
    action: 'SCMP_ACT_ALLOW',
    args: [{ index: 0, value: namespaceCloneFlags, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
  });
  rules.push({ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: errnoEnosys });
  return rules;
}
