/** Topics of debug output, chosen with `DEBUG=berth:api,berth:net`. */
export const logTopics = [
  'api',
  'config',
  'containers',
  'daemon',
  'images',
  'loop',
  'net',
  'shim',
  'volumes',
] as const;

export type LogTopic = (typeof logTopics)[number];

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;

export type LogLevel = (typeof logLevels)[number];

export type LogFields = Readonly<Record<string, unknown>>;

export interface LogEntry {
  readonly time: Date;
  readonly level: LogLevel;
  readonly topic: LogTopic;
  readonly message: string;
  readonly fields: LogFields;
}

export type LogFormatter = (entry: LogEntry) => string;

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormatter;
  readonly write: (line: string) => void;
  readonly now?: () => Date;
  /** Topics whose debug lines are written whatever the level. */
  readonly topics?: ReadonlySet<LogTopic>;
}

/** The daemon's log. The level can change while it runs. */
export class Logger {
  level: LogLevel;
  readonly #options: LoggerOptions;

  constructor(options: LoggerOptions) {
    this.level = options.level;
    this.#options = options;
  }

  debug(topic: LogTopic, message: string, fields: LogFields = {}): void {
    this.#log('debug', topic, message, fields);
  }

  info(topic: LogTopic, message: string, fields: LogFields = {}): void {
    this.#log('info', topic, message, fields);
  }

  warn(topic: LogTopic, message: string, fields: LogFields = {}): void {
    this.#log('warn', topic, message, fields);
  }

  error(topic: LogTopic, message: string, fields: LogFields = {}): void {
    this.#log('error', topic, message, fields);
  }

  fatal(topic: LogTopic, message: string, fields: LogFields = {}): void {
    this.#log('fatal', topic, message, fields);
  }

  #log(level: LogLevel, topic: LogTopic, message: string, fields: LogFields): void {
    const chosen = level === 'debug' && this.#options.topics?.has(topic) === true;
    if (!chosen && logLevels.indexOf(level) < logLevels.indexOf(this.level)) return;
    const time = this.#options.now?.() ?? new Date();
    this.#options.write(`${this.#options.format({ time, level, topic, message, fields })}\n`);
  }
}

/** Reads `DEBUG`: `berth:api,berth:net` or `berth:*`; words of other programs have no effect. */
export function debugTopics(value: string | undefined): ReadonlySet<LogTopic> {
  const words = (value ?? '').split(/[\s,]+/);
  if (words.includes('berth:*') || words.includes('*')) return new Set(logTopics);
  return new Set(logTopics.filter((topic) => words.includes(`berth:${topic}`)));
}
