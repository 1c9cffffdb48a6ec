export type { ApiRoute, QueryParameter, QueryType } from './api-route.ts';
export {
  apiVersion,
  compareApiVersions,
  isApiVersion,
  isOlderApiVersion,
  minApiVersion,
} from './api-version.ts';
export { decodeBody } from './decode-body.ts';
export type { BodyTypes } from './generated/body-schemas.ts';
export {
  type BodyNames,
  documentVersion,
  type OperationId,
  type QueryTypes,
  routes,
} from './generated/routes.ts';
export type * from './generated/types.ts';
export {
  encodeFrame,
  encodeFrameHeader,
  frameHeaderSize,
  type StreamFrame,
  StreamFrameDecoder,
  StreamFrameError,
  type StreamType,
  streamTypes,
} from './stream-frame.ts';
export { untilFilter } from './until-time.ts';
