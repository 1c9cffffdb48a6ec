export type {
  BlobInfo,
  BlobWriter,
  CommitExpectation,
  ContentStore,
  ResumableWriter,
} from './content-store.ts';
export { openContentStore } from './file-content-store.ts';
