export type { BlobInfo, BlobWriter, CommitExpectation, ContentStore } from './content-store.ts';
export { openContentStore } from './file-content-store.ts';
