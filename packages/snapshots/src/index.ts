export { BtrfsSnapshotter } from './btrfs/btrfs-snapshotter.ts';
export type {
  FileDescription,
  GrowingFile,
  LayerCompression,
  LayerTransfer,
  PackOptions,
  PackPlace,
  ProgramCompression,
  UnpackOptions,
  UnpackPlace,
  UnpackResult,
} from './layer-transfer.ts';
export { type OpenSnapshotterOptions, openSnapshotter } from './open-snapshotter.ts';
export { OverlaySnapshotter } from './overlay/overlay-snapshotter.ts';
export type {
  Change,
  ContainerMountOptions,
  LayerDamage,
  LayerDraft,
  OpenedSnapshotter,
  Snapshotter,
  SnapshotterName,
  Usage,
} from './snapshotter.ts';
export type { OwnerMapping } from './store/mapped-folder.ts';
export { removeTrees } from './store/remove-trees.ts';
export type { AccountEntry } from './tree/disk-account.ts';
export { ownerInside, ownerOutside } from './tree/mapped-owner.ts';
export { VfsSnapshotter } from './vfs/vfs-snapshotter.ts';
export { WorkerPool, type WorkerPoolOptions } from './worker/worker-pool.ts';
export { WorkerLayerTransfer, type WorkerLayerTransferOptions } from './worker-layer-transfer.ts';
