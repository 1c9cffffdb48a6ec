import type { ErrorTable } from '../error-definition.ts';

/** Errors raised by the registry-client package. `request` is Go's way to name one: `Get "https://host/v2/"`. */
export const registryErrors = {
  'registry.unreachable': {
    kind: 'unavailable',
    message: '{request}: {reason}',
    hint: 'Check the name of the registry, the network and the proxy settings.',
  },
  'registry.connection-lost': { kind: 'unavailable', message: '{request}: {reason}' },
  'registry.timeout': { kind: 'deadline-exceeded', message: '{request}: {reason}' },
  'registry.proxy': {
    kind: 'unavailable',
    message: '{request}: proxy {proxy}: {reason}',
    hint: 'Check the proxy settings of the daemon ("proxies" in daemon.json, HTTP_PROXY, HTTPS_PROXY, NO_PROXY).',
  },
  'registry.plain-http': {
    kind: 'unavailable',
    message:
      '{request}: http: server gave HTTP response to HTTPS client (if {host} is meant to have no TLS, add it to "insecure-registries")',
  },
  'registry.tls': { kind: 'unavailable', message: '{request}: tls: {reason}' },
  'registry.certificates': { kind: 'failed-precondition', message: '{path}: {reason}' },
  'registry.hosts-file': { kind: 'failed-precondition', message: '{path}: {reason}' },
  'registry.no-endpoint': {
    kind: 'failed-precondition',
    message: 'no endpoint of {host} may be used to {purpose}: see hosts.toml in certs.d',
  },
  // Not of kind unauthorized: clients would answer that with a prompt for a login in the middle of a pull.
  'registry.unauthorized': {
    kind: 'internal',
    message: '{reason}',
    hint: 'Log in with "berth login".',
  },
  'registry.login-refused': { kind: 'unauthorized', message: '{reason}' },
  'registry.insecure-token-server': {
    kind: 'unauthorized',
    message: 'credentials for {host} are not sent to {realm}: it has no TLS',
  },
  'registry.denied': { kind: 'forbidden', message: '{reason}' },
  'registry.access-denied': {
    kind: 'not-found',
    message:
      "pull access denied for {name}, repository does not exist or may require 'docker login': {reason}",
  },
  'registry.repository-unknown': {
    kind: 'not-found',
    message: 'repository {name} not found: {reason}',
  },
  'registry.manifest-unknown': {
    kind: 'not-found',
    message: 'manifest for {reference} not found: {reason}',
  },
  'registry.blob-unknown': {
    kind: 'not-found',
    message: '{digest} of {name} not found: {reason}',
  },
  'registry.too-many-requests': {
    kind: 'resource-exhausted',
    message: '{reason}',
    hint: 'Wait, or log in: registries allow more to known users.',
  },
  'registry.server-error': {
    kind: 'unavailable',
    message: '{request}: received unexpected HTTP status: {status}',
  },
  'registry.rejected': { kind: 'invalid-argument', message: '{reason}' },
  'registry.unsupported': { kind: 'failed-precondition', message: '{host}: {reason}' },
  'registry.digest-mismatch': {
    kind: 'data-loss',
    message: '{what} from {endpoint} does not match its digest: expected {expected}, got {actual}',
    hint: 'The data was damaged or changed on its way, or the registry is not to be trusted.',
  },
  'registry.size-mismatch': {
    kind: 'data-loss',
    message: '{what} from {endpoint} has {actual} bytes instead of {expected}',
  },
  'registry.document-too-large': {
    kind: 'resource-exhausted',
    message: '{what} from {endpoint} is larger than {limit} bytes',
  },
  'registry.invalid-answer': {
    kind: 'unavailable',
    message: '{request}: the answer is not understood: {reason}',
  },
  'registry.login-failed': {
    kind: 'unauthorized',
    message: 'login attempt to {url} failed with status: {status}',
  },
  'registry.file-missing': {
    kind: 'not-found',
    message: 'failed to GET {url} with status {status}: {reason}',
  },
  'registry.file-denied': {
    kind: 'forbidden',
    message: 'failed to GET {url} with status {status}: {reason}',
  },
  'registry.file-refused': {
    kind: 'unavailable',
    message: 'failed to GET {url} with status {status}: {reason}',
  },
  'registry.invalid-search': { kind: 'invalid-argument', message: '{reason}' },
  'registry.invalid-configuration': { kind: 'invalid-argument', message: '{reason}' },
  'registry.invalid-auth-header': {
    kind: 'invalid-argument',
    message: 'invalid {header} header: {reason}',
  },
} as const satisfies ErrorTable;
