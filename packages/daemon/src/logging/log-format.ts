import { EngineError, redact } from '@berth/errors';
import type { LogFields, LogFormatter } from './logger.ts';

/** `time="…" level=info msg="…" key=value`, as dockerd writes it. */
export const textFormat: LogFormatter = (entry) =>
  [
    `time=${JSON.stringify(entry.time.toISOString())}`,
    `level=${entry.level}`,
    `msg=${JSON.stringify(redact(entry.message))}`,
    `topic=${entry.topic}`,
    ...Object.entries(flatten(entry.fields)).map(([key, value]) => `${key}=${quote(value)}`),
  ].join(' ');

/** One JSON object a line. */
export const jsonFormat: LogFormatter = (entry) =>
  JSON.stringify({
    level: entry.level,
    msg: redact(entry.message),
    time: entry.time.toISOString(),
    topic: entry.topic,
    ...flatten(entry.fields),
  });

/** Errors are written by message, steps and, for bugs, stack; secrets are removed from every value. */
function flatten(fields: LogFields): Record<string, string | number | boolean> {
  const flat: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'number' || typeof value === 'boolean') flat[key] = value;
    else if (value instanceof Error) Object.assign(flat, describeError(key, value));
    else if (value !== undefined) {
      flat[key] = redact(typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
  return flat;
}

function describeError(key: string, error: Error): Record<string, string> {
  if (!(error instanceof EngineError)) return { [key]: redact(error.stack ?? error.message) };
  const cause = error.cause instanceof Error ? { cause: redact(error.cause.message) } : {};
  const steps = error.steps.length > 0 ? { steps: error.steps.join(' > ') } : {};
  return { [key]: error.message, code: error.code, ...cause, ...steps };
}

function quote(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
}
