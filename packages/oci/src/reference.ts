import { engineError } from '@berth/errors';
import { type Digest, parseDigest } from './digest.ts';

/**
 * A repository name with an optional tag and digest, fully qualified: `domain` is never absent and
 * official images carry their `library/` prefix (distribution/reference, "normalized" form).
 */
export interface Reference {
  /** Registry host with optional port, for example `docker.io` or `localhost:5000`. */
  readonly domain: string;
  /** Repository below the host, for example `library/busybox`. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** What a user may type for an image: a name, or the digest that is an image's ID. */
export type AnyReference =
  | { readonly kind: 'named'; readonly reference: Reference }
  | { readonly kind: 'digest'; readonly digest: Digest };

export const defaultDomain = 'docker.io';
export const defaultTag = 'latest';
/** Longest repository path (distribution/reference RepositoryNameTotalLengthMax). */
export const repositoryLengthLimit = 255;

const legacyDefaultDomain = 'index.docker.io';
const officialPrefix = 'library/';

const domainComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const host = `(?:${domainComponent}(?:\\.${domainComponent})*|\\[[a-fA-F0-9:]+\\])`;
const domainPattern = `${host}(?::[0-9]+)?`;
const pathComponent = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const pathPattern = `${pathComponent}(?:/${pathComponent})*`;
const tagPattern = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digestPattern = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

const qualifiedReference = new RegExp(
  `^(${domainPattern})/(${pathPattern})(?::(${tagPattern}))?(?:@(${digestPattern}))?$`,
);
const wholeTag = new RegExp(`^${tagPattern}$`);
const hexIdentifier = /^[a-f0-9]{64}$/;

/** Longer texts are refused before any pattern sees them. */
const textLengthLimit = 4096;

/**
 * Parses a name as a user types it: `busybox` means `docker.io/library/busybox`. No tag is added.
 * Fails with images.invalid-reference and the text that Docker's clients know.
 */
export function parseReference(text: string): Reference {
  if (hexIdentifier.test(text)) {
    throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  if (text === '' || text.length > textLengthLimit) throw invalid('invalid reference format');
  const { domain, remainder } = splitDomain(text);
  const colon = remainder.indexOf(':');
  const repository = colon < 0 ? remainder : remainder.slice(0, colon);
  if (repository.toLowerCase() !== repository) {
    throw invalid(`invalid reference format: repository name (${repository}) must be lowercase`);
  }
  const match = qualifiedReference.exec(`${domain}/${remainder}`);
  if (match === null) throw invalid('invalid reference format');
  const [, matchedDomain = '', path = '', tag, digestText] = match;
  if (path.length > repositoryLengthLimit) {
    throw invalid(`repository name must not be more than ${repositoryLengthLimit} characters`);
  }
  const base: Reference = { domain: matchedDomain, path };
  const tagged = tag === undefined ? base : { ...base, tag };
  return digestText === undefined ? tagged : { ...tagged, digest: checkedDigest(digestText) };
}

/** Parses a name or a whole image ID: 64 hex digits, or a digest such as `sha256:…`. */
export function parseAnyReference(text: string): AnyReference {
  if (hexIdentifier.test(text)) return { kind: 'digest', digest: `sha256:${text}` };
  const digest = parseDigest(text);
  if (digest !== undefined) return { kind: 'digest', digest };
  return { kind: 'named', reference: parseReference(text) };
}

/** The reference with `latest` when it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  if (reference.tag !== undefined || reference.digest !== undefined) return reference;
  return { ...reference, tag: defaultTag };
}

/** The repository alone. */
export function repositoryOf(reference: Reference): Reference {
  return { domain: reference.domain, path: reference.path };
}

/**
 * Joins the `repo` and `tag` parameters of the API; `tag` may be a digest. An empty tag leaves the
 * repository as it is. Fails with images.invalid-reference.
 */
export function referenceWithTag(repository: string, tag: string): Reference {
  const reference = parseReference(repository);
  if (tag === '') return reference;
  const digest = parseDigest(tag);
  if (digest !== undefined) return { ...reference, digest };
  if (!wholeTag.test(tag)) throw invalid('invalid tag format');
  return { ...reference, tag };
}

/** Repository name as users type it: without the default domain and `library/`. */
export function familiarName(reference: Reference): string {
  if (reference.domain !== defaultDomain) return `${reference.domain}/${reference.path}`;
  const { path } = reference;
  const official =
    path.startsWith(officialPrefix) && !path.slice(officialPrefix.length).includes('/');
  return official ? path.slice(officialPrefix.length) : path;
}

/** The whole reference as users type it, for example `busybox:1.36`. */
export function familiarString(reference: Reference): string {
  return familiarName(reference) + suffixOf(reference);
}

/** The fully qualified text, for example `docker.io/library/busybox:1.36`. */
export function formatReference(reference: Reference): string {
  return `${reference.domain}/${reference.path}${suffixOf(reference)}`;
}

function suffixOf(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  return reference.digest === undefined ? tag : `${tag}@${reference.digest}`;
}

function splitDomain(text: string): { readonly domain: string; readonly remainder: string } {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const isDomain =
    slash >= 0 && (first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first);
  const domain = !isDomain || first === legacyDefaultDomain ? defaultDomain : first;
  const remainder = isDomain ? text.slice(slash + 1) : text;
  return domain === defaultDomain && !remainder.includes('/')
    ? { domain, remainder: officialPrefix + remainder }
    : { domain, remainder };
}

function checkedDigest(text: string): Digest {
  const digest = parseDigest(text);
  if (digest !== undefined) return digest;
  const algorithm = text.slice(0, text.indexOf(':'));
  throw invalid(
    algorithm === 'sha256' || algorithm === 'sha512'
      ? 'invalid checksum digest length'
      : 'unsupported digest algorithm',
  );
}

function invalid(reason: string): Error {
  return engineError('images.invalid-reference', { reason });
}
