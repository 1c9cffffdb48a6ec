import { readFileSync } from 'node:fs';
import { CommandError } from '../usage-error.ts';
import type { ContextStore, DockerEndpoint, TlsMaterial } from './context-store.ts';

/** What a context's `docker` endpoint becomes. */
export interface EndpointSettings {
  readonly endpoint: DockerEndpoint;
  readonly tls: TlsMaterial;
}

const keys = ['from', 'host', 'ca', 'cert', 'key', 'skip-tls-verify'];

/**
 * Reads `--docker "host=…,ca=…"`. Relative paths are those of the working folder. `defaultEndpoint` is what
 * `from=default` means: the daemon that flags and environment name.
 */
export function endpointSettings(
  settings: Readonly<Record<string, string>>,
  store: ContextStore,
  defaultEndpoint: () => EndpointSettings,
): EndpointSettings {
  const unknown = Object.keys(settings).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw refused(`unrecognized config key: ${unknown}`);
  const from = settings['from'];
  if (from !== undefined) return endpointOf(from, store, defaultEndpoint);
  const skip = settings['skip-tls-verify'];
  const files = {
    'ca.pem': settings['ca'],
    'cert.pem': settings['cert'],
    'key.pem': settings['key'],
  };
  if (Boolean(settings['cert']) !== Boolean(settings['key'])) {
    throw refused('both cert and key must be specified or neither');
  }
  const read = Object.entries(files).flatMap(([name, file]) =>
    file ? [[name, readFile(file)] as const] : [],
  );
  return {
    endpoint: {
      ...(settings['host'] === undefined ? {} : { Host: settings['host'] }),
      SkipTLSVerify: skip === undefined ? false : parseSkip(skip),
    },
    tls: read.length === 0 ? {} : { docker: Object.fromEntries(read) },
  };
}

/** The endpoint of another context. */
export function endpointOf(
  name: string,
  store: ContextStore,
  defaultEndpoint: () => EndpointSettings,
): EndpointSettings {
  if (name === 'default') return defaultEndpoint();
  const { docker } = store.read(name).Endpoints;
  const tls = store.readTls(name)['docker'];
  return {
    endpoint: docker ?? { SkipTLSVerify: false },
    tls: tls === undefined ? {} : { docker: tls },
  };
}

function parseSkip(text: string): boolean {
  if (/^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  throw refused(
    `skip-tls-verify: strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw refused(missing ? `open ${file}: no such file or directory` : (error as Error).message);
  }
}

function refused(reason: string): CommandError {
  return new CommandError(`unable to create docker endpoint config: ${reason}`);
}
