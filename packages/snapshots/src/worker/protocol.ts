import type { IdMappings } from '@berth/kernel';
import type { Digest } from '@berth/oci';
import type {
  FileDescription,
  LayerCompression,
  PackBase,
  PackPlace,
  UnpackPlace,
} from '../layer-transfer.ts';
import type { Change, Usage } from '../snapshotter.ts';
import type { Difference } from '../tree/compare-trees.ts';
import type { AccountEntry } from '../tree/disk-account.ts';
import type { OverlayNamespace } from '../tree/overlay-names.ts';
import type { WireError } from './job-error.ts';

export interface UnpackRequest {
  readonly kind: 'unpack';
  /** A file, or the chunks that are posted to the job. */
  readonly source: string | 'posted';
  /** The file still grows: posted chunks tell its length. */
  readonly growing: boolean;
  readonly compression: LayerCompression | undefined;
  readonly range: readonly [number, number] | undefined;
  readonly directory: string | undefined;
  readonly place: UnpackPlace | undefined;
  readonly whiteouts: 'overlay' | 'apply' | undefined;
  readonly namespace: OverlayNamespace;
  readonly copyTo: string | undefined;
}

export interface UnpackReply {
  readonly digest: Digest;
  readonly size: number;
  readonly diffId: Digest;
  readonly compression: LayerCompression;
  readonly usage: Usage;
  readonly warnings: readonly string[];
}

export interface PackRequest {
  readonly kind: 'pack';
  readonly directory: string;
  readonly whiteouts: 'overlay' | 'none';
  readonly place: PackPlace | undefined;
  readonly namespace: OverlayNamespace;
  readonly base: PackBase | undefined;
  readonly rootLike: string | undefined;
  readonly mappings: IdMappings | undefined;
}

/** Removes trees for good; missing ones are no error. */
export interface RemoveRequest {
  readonly kind: 'remove';
  readonly paths: readonly string[];
  /** Name of a subvolume of btrfs in each of them, which goes in one step. */
  readonly subvolume?: string | undefined;
}

/** Makes a subvolume of btrfs with mode 0755, or a snapshot of another. */
export interface SubvolumeRequest {
  readonly kind: 'subvolume';
  readonly to: string;
  readonly from: string | undefined;
}

/** Limits what a subvolume of btrfs holds. */
export interface LimitRequest {
  readonly kind: 'limit';
  readonly directory: string;
  readonly bytes: number;
}

export interface UsageRequest {
  readonly kind: 'usage';
  readonly directory: string;
}

/** Accounts for every byte below a directory (tree/disk-account.ts). */
export interface AccountJobRequest {
  readonly kind: 'account';
  readonly directory: string;
  /** Below the directory. */
  readonly mountPoints: readonly string[];
  readonly depths: Readonly<Record<string, number>>;
}

/** Copies the content and attributes of a tree into an existing, empty directory. */
export interface CopyRequest {
  readonly kind: 'copy';
  readonly from: string;
  readonly to: string;
}

export interface OverlayChangesRequest {
  readonly kind: 'overlay-changes';
  readonly upper: string;
  /** Topmost first. */
  readonly lower: readonly string[];
  readonly namespace: OverlayNamespace;
}

export interface CompareRequest {
  readonly kind: 'compare';
  readonly before: string | undefined;
  readonly after: string;
  /** Paths that count as there before. */
  readonly given: readonly string[];
}

/** Fits an unpacked layer to the layers below it. */
export interface SettleRequest {
  readonly kind: 'settle-layer';
  readonly layer: string;
  readonly lower: readonly string[];
  readonly namespace: OverlayNamespace;
}

/** Looks at one file of a tree, or finds where its links lead to. */
export interface LookRequest<Kind extends 'describe' | 'resolve'> {
  readonly kind: Kind;
  readonly directory: string;
  readonly path: string;
}

/** What each kind of job answers. */
export interface JobReplies {
  readonly unpack: UnpackReply;
  readonly pack: undefined;
  readonly remove: undefined;
  readonly usage: Usage;
  readonly account: AccountEntry[];
  readonly copy: undefined;
  readonly subvolume: undefined;
  readonly limit: undefined;
  readonly 'overlay-changes': Change[];
  readonly compare: Difference;
  readonly 'settle-layer': undefined;
  readonly describe: FileDescription | undefined;
  readonly resolve: string | undefined;
}

export type JobRequest =
  | UnpackRequest
  | PackRequest
  | RemoveRequest
  | UsageRequest
  | AccountJobRequest
  | CopyRequest
  | SubvolumeRequest
  | LimitRequest
  | OverlayChangesRequest
  | CompareRequest
  | SettleRequest
  | LookRequest<'describe'>
  | LookRequest<'resolve'>;

export type JobKind = JobRequest['kind'];
export type RequestOf<Kind extends JobKind> = Extract<JobRequest, { kind: Kind }>;

/** From the main thread to a worker. `end` without error closes a posted source. */
export type ToWorker =
  | { readonly type: 'start'; readonly id: number; readonly request: JobRequest }
  | { readonly type: 'chunk'; readonly id: number; readonly chunk: Uint8Array }
  | { readonly type: 'end'; readonly id: number; readonly error?: string }
  | { readonly type: 'credit'; readonly id: number; readonly bytes: number }
  | { readonly type: 'abort'; readonly id: number };

/** From a worker to the main thread. */
export type FromWorker =
  | { readonly type: 'done'; readonly id: number; readonly reply: JobReplies[JobKind] }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError }
  | { readonly type: 'chunk'; readonly id: number; readonly chunk: Uint8Array }
  /** Compressed bytes taken in so far; posted sources may send more. */
  | { readonly type: 'progress'; readonly id: number; readonly bytes: number };

/** Bytes that may be on the way between two threads for one job. */
export const transferWindow = 4 << 20;
