export type {
  CapabilitySets,
  DeviceSpec,
  HookSpec,
  LinuxSpec,
  MountSpec,
  NamespaceSpec,
  ProcessSpec,
  RuntimeSpec,
} from './runtime-spec.ts';
export {
  defaultCapabilities,
  normaliseCapabilities,
  resolveCapabilities,
} from './spec/capabilities.ts';
export { containerEnvironment, mergeEnvironment } from './spec/environment.ts';
export { commandOfPlan, type ExecPlanRequest, execPlan } from './spec/exec-plan.ts';
export { generateRuntimeSpec } from './spec/generate-runtime-spec.ts';
export { defaultMaskedPaths, defaultReadonlyPaths } from './spec/masked-paths.ts';
export { type ExecProcessRequest, execProcessSpec } from './spec/process-spec.ts';
export { resolveUser, type UserRequest } from './spec/resolve-user.ts';
export { defaultSeccompProfile } from './spec/seccomp-profile.ts';
export type { ResolvedUser, SpecHost, SpecRequest } from './spec-request.ts';
