import { engineError } from '@berth/errors';

/** What the template of `--log-opt tag` may name. */
export interface LogTagFacts {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly imageId: string;
  readonly imageName: string;
  readonly command: string;
}

const shortLength = 12;
const withoutAlgorithm = (digest: string) => digest.replace(/^sha256:/, '');

const fields: Readonly<Record<string, (facts: LogTagFacts) => string>> = {
  ID: ({ id }) => id.slice(0, shortLength),
  FullID: ({ id }) => id,
  Name: ({ name }) => name,
  FullName: ({ name }) => `/${name}`,
  ImageID: ({ imageId }) => withoutAlgorithm(imageId).slice(0, shortLength),
  ImageFullID: ({ imageId }) => imageId,
  ImageName: ({ imageName }) => imageName,
  DaemonName: () => 'docker',
  Command: ({ command }) => command,
};

const field = /\{\{\s*\.(\w+)\s*\}\}/g;

/** Fails with containers.invalid-config for a template that names anything else than these fields. */
export function checkLogTag(template: string): void {
  const names = [...template.matchAll(field)].map(([, name = '']) => name);
  const unknown = names.find((name) => fields[name] === undefined);
  if (unknown === undefined && !/\{\{|\}\}/.test(template.replaceAll(field, ''))) return;
  const known = Object.keys(fields).map((name) => `{{.${name}}}`);
  const reason = `invalid log tag "${template}": it may hold ${known.join(', ')}`;
  throw engineError('containers.invalid-config', { reason });
}

/** The tag of a container; the template was checked. */
export function renderLogTag(template: string, facts: LogTagFacts): string {
  return template.replaceAll(field, (_, name: string) => fields[name]?.(facts) ?? '');
}
