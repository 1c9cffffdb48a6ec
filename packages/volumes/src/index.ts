export { createVolumeService, type VolumesDependencies } from './local-volume-service.ts';
export type { VolumeMount, VolumeService, VolumeUse } from './volume-service.ts';
