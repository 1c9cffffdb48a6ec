export { compressRotatedLogs } from './compress-log.ts';
export { formatLogRecord, type LogFormat } from './format-log-record.ts';
export { HeldLogFile } from './held-log-file.ts';
export { type LogRecord, timeFromNanoseconds } from './log-record.ts';
export { type ReadLogsOptions, readLogBatches, readLogs } from './read-logs.ts';
export type { RecordSelection } from './record-filter.ts';
