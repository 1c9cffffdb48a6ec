import { readFileSync } from 'node:fs';
import { engineError, errnoOf } from '@berth/errors';

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

/** Reads `config.json`; a missing file is an empty configuration. Throws client.bad-config. */
export function readClientConfig(folder: string): ClientConfig {
  const path = `${folder}/config.json`;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return {};
    throw engineError(
      'client.bad-config',
      { path, reason: reason ?? String(error) },
      { cause: error },
    );
  }
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as ClientConfig) : {};
  } catch (error) {
    const reason = (error as Error).message;
    throw engineError('client.bad-config', { path, reason }, { cause: error });
  }
}
