export { applyChanges } from './changes/apply-changes.ts';
export { createImageService, type ImageServiceOptions } from './create-image-service.ts';
export type { Clock, EventPublisher } from './image-context.ts';
export type {
  CommitRequest,
  Filters,
  ImageService,
  ImageUsers,
  ImportRequest,
  ProgressMessage,
  ProgressSink,
  ResolvedImage,
} from './image-service.ts';
