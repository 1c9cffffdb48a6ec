export { diskError } from './disk-error.ts';
export {
  EngineError,
  type EngineErrorOptions,
  type ErrorDetails,
  engineError,
  errnoOf,
  isEngineError,
  isErrorOfKind,
} from './engine-error.ts';
export type { ErrorDefinition, ErrorTable, Placeholders } from './error-definition.ts';
export { type ErrorKind, errorKinds } from './error-kind.ts';
export { type ErrorCode, errorTable } from './error-table.ts';
export { redact } from './redact.ts';
