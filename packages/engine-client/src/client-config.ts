import { readFileSync } from 'node:fs';
import { type EngineError, engineError, errnoOf } from '@berth/errors';

/** A proxy to pass into containers, per daemon host or `default`. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  readonly ftpProxy?: string;
  readonly allProxy?: string;
}

/** What Berth reads of the client configuration file (`config.json`). Unknown keys are kept out. */
export interface ClientConfig {
  readonly HttpHeaders?: Readonly<Record<string, string>>;
  readonly detachKeys?: string;
  readonly currentContext?: string;
  readonly psFormat?: string;
  readonly imagesFormat?: string;
  readonly networksFormat?: string;
  readonly volumesFormat?: string;
  readonly statsFormat?: string;
  /** Folders with command-line plug-ins, searched first. */
  readonly cliPluginsExtraDirs?: readonly string[];
  /** Settings of command-line plug-ins by name: `hooks`, the commands behind which one is asked for hints. */
  readonly plugins?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `builder`: the plug-in that builds. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly features?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly auths?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly proxies?: Readonly<Record<string, ProxySettings>>;
}

/** The folder of the client's configuration: the given one, DOCKER_CONFIG, or ~/.docker. */
export function configFolder(environment: NodeJS.ProcessEnv, given?: string): string {
  return given || environment.DOCKER_CONFIG || `${environment.HOME ?? '/root'}/.docker`;
}

/**
 * Reads `config.json`; a missing file is an empty configuration. What cannot be used goes to `onProblem`
 * (client.bad-config) and the rest is returned; without it, the problem is thrown.
 */
export function readClientConfig(
  folder: string,
  onProblem: (problem: EngineError) => void = (problem) => {
    throw problem;
  },
): ClientConfig {
  const path = `${folder}/config.json`;
  const problem = (reason: string, cause?: unknown) =>
    onProblem(engineError('client.bad-config', { path, reason }, { cause }));
  let parsed: unknown;
  try {
    const text = readFileSync(path, 'utf8');
    parsed = text.trim() === '' ? {} : JSON.parse(text);
  } catch (error) {
    const code = errnoOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problem(code ?? withoutExcerpt(error), error);
    return {};
  }
  if (!isObject(parsed)) {
    problem('it is no JSON object');
    return {};
  }
  const usable = Object.entries(parsed).filter(([key, value]) => {
    const shape = shapes[key as keyof ClientConfig];
    if (shape === undefined || value === null || fits[shape](value)) return value !== null;
    problem(`${key} has to be ${shape}`);
    return false;
  });
  return Object.fromEntries(usable) as ClientConfig;
}

type Shape = keyof typeof fits;

const isText = (value: unknown) => typeof value === 'string';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fits = {
  'a string': isText,
  'a list of strings': (value: unknown) => Array.isArray(value) && value.every(isText),
  'an object of strings': (value: unknown) => isObject(value) && Object.values(value).every(isText),
  'an object of objects': (value: unknown) =>
    isObject(value) && Object.values(value).every(isObject),
} as const;

const shapes: Readonly<Record<keyof ClientConfig, Shape>> = {
  HttpHeaders: 'an object of strings',
  detachKeys: 'a string',
  currentContext: 'a string',
  psFormat: 'a string',
  imagesFormat: 'a string',
  networksFormat: 'a string',
  volumesFormat: 'a string',
  statsFormat: 'a string',
  cliPluginsExtraDirs: 'a list of strings',
  plugins: 'an object of objects',
  aliases: 'an object of strings',
  features: 'an object of strings',
  credsStore: 'a string',
  credHelpers: 'an object of strings',
  auths: 'an object of objects',
  proxies: 'an object of objects',
};

/** Why a text is no JSON, without the excerpt that V8 adds: the file has passwords. */
function withoutExcerpt(error: unknown): string {
  return (error as Error).message.replace(
    /, (?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON$/,
    '',
  );
}
