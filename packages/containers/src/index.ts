export type {
  ContainersDependencies,
  FaultPoint,
  IdSource,
} from './container-context.ts';
export type {
  AttachOptions,
  ContainerCreateBody,
  ContainerMeasurement,
  ContainerService,
  ExecCreateBody,
  ExecInspect,
  FileStat,
  LogOptions,
  StreamSession,
  WaitCondition,
  WriteFilesOptions,
} from './container-service.ts';
export type { ContainerNeeds } from './container-usage.ts';
export type {
  ContainerDefaults,
  ContainersConfig,
  RuntimeDefinition,
} from './containers-config.ts';
export { createContainerService } from './create-container-service.ts';
export { type CdiDevices, readCdiDevices } from './devices/cdi-registry.ts';
export { createRandomIds } from './random-ids.ts';
