export { applyChanges } from './changes/apply-changes.ts';
export { createImageService, type ImageServiceOptions } from './create-image-service.ts';
export type { Clock, EventPublisher, TransferLimits } from './image-context.ts';
export type { ImageNeeds } from './image-needs.ts';
export type {
  CheckRequest,
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
  StoreProblem,
  StoreReport,
} from './image-service.ts';
