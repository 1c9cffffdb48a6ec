export { applyChanges } from './changes/apply-changes.ts';
export { createImageService, type ImageServiceOptions } from './create-image-service.ts';
export type { Clock, EventPublisher, TransferLimits } from './image-context.ts';
export type {
  CommitRequest,
  Filters,
  ImageService,
  ImageUsers,
  ImportRequest,
  ProgressMessage,
  ProgressSink,
  PullRequest,
  PushRequest,
  ResolvedImage,
} from './image-service.ts';
