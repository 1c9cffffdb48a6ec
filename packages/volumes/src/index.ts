export { createVolumeService, type VolumesDependencies } from './create-volume-service.ts';
export type { VolumeMount, VolumeService, VolumeUse } from './volume-service.ts';
