export { readExecExitFile, readExitFile } from './exit-file.ts';
export { createShimLauncher, type ShimLauncherOptions } from './linux-shim-launcher.ts';
export type {
  AttachOptions,
  ContainerExit,
  ExecProgram,
  ShimExecOptions,
  ShimFault,
  ShimHandle,
  ShimLauncher,
  ShimPhase,
  ShimProbeOptions,
  ShimProbeResult,
  ShimStartOptions,
  ShimState,
  ShimTarget,
} from './shim-client.ts';
export { isNativeRefusal } from './shim-fault-error.ts';
