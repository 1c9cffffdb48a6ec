import { parseCsvRecord } from './flags/csv.ts';
import { CommandError, ValueError } from './usage-error.ts';

type Headers = Readonly<Record<string, string>>;

/** Headers of every request: those of DOCKER_CUSTOM_HEADERS, `name=value,…` as in CSV, else of the configuration. */
export function customHeaders(
  text: string | undefined,
  configured: Headers | undefined,
): Headers | undefined {
  if (!text) return configured;
  try {
    return Object.fromEntries(parseCsvRecord(text).map(headerPair));
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const message = `Failed to initialize: failed to set custom headers from DOCKER_CUSTOM_HEADERS environment variable: ${error.message}`;
    throw new CommandError(message, { cause: error });
  }
}

function headerPair(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=');
  if (at < 0) throw new ValueError(`missing "=" in key=value pair: '${pair}'`);
  const name = pair.slice(0, at).trim();
  if (name === '') {
    throw new ValueError(`value contains a key=value pair with an empty key: '${pair}'`);
  }
  return [name, pair.slice(at + 1).trim()];
}
