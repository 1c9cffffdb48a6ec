export type {
  BlobInfo,
  BlobWriter,
  CommitExpectation,
  ContentStore,
  ResumableWriter,
} from './content-store.ts';
export { openContentStore } from './file-content-store.ts';
export type { Durability } from './unsynced-blobs.ts';
