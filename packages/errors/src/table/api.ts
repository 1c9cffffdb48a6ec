import type { ErrorTable } from '../error-definition.ts';

/** Errors of the HTTP front door: a request that cannot be read or that no route takes. */
export const apiErrors = {
  'api.missing-parameter': {
    kind: 'invalid-argument',
    message: 'bad parameter: {name} cannot be empty',
  },
  'api.page-not-found': { kind: 'not-found', message: 'page not found' },
  'api.not-implemented': {
    kind: 'not-implemented',
    message: '{operation} ({method} {path}) is not implemented by this version of Berth',
  },
  'api.version-too-old': {
    kind: 'invalid-argument',
    message:
      'client version {version} is too old. Minimum supported API version is {minimum}, please upgrade your client to a newer version',
  },
  'api.version-too-new': {
    kind: 'invalid-argument',
    message: 'client version {version} is too new. Maximum supported API version is {maximum}',
  },
  'api.mount-type-too-new': {
    kind: 'invalid-argument',
    message: 'Mount type "{type}" needs API v{since} or newer',
  },
  'api.invalid-path': { kind: 'invalid-argument', message: 'invalid URL escape in {path}' },
  'api.invalid-json': { kind: 'invalid-argument', message: 'invalid JSON: {reason}' },
  'api.trailing-json': { kind: 'invalid-argument', message: 'unexpected content after JSON' },
  'api.invalid-body': {
    kind: 'invalid-argument',
    message: 'invalid JSON: cannot unmarshal {found} into field {field} of type {type}',
  },
  'api.body-too-large': {
    kind: 'invalid-argument',
    message: 'request body is larger than {limit} bytes',
  },
  'api.content-type-malformed': {
    kind: 'invalid-argument',
    message: 'malformed Content-Type header ({value}): {reason}',
  },
  'api.content-type-unsupported': {
    kind: 'invalid-argument',
    message: "unsupported Content-Type header ({value}): must be '{expected}'",
  },
  'api.invalid-query': {
    kind: 'invalid-argument',
    message: 'invalid value for query parameter "{name}": {reason}',
  },
  'api.invalid-filters': { kind: 'invalid-argument', message: 'invalid filter' },
  'api.invalid-platform': {
    kind: 'invalid-argument',
    message: 'failed to parse platform: {text}',
    hint: 'Give it as JSON: {"os":"linux","architecture":"arm64"}.',
  },
  'api.manifests-with-platform': {
    kind: 'invalid-argument',
    message: 'conflicting options: manifests and platform options cannot both be set',
  },
  'api.start-with-body': {
    kind: 'invalid-argument',
    message:
      'starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24',
  },
  'api.invalid-wait-condition': {
    kind: 'invalid-argument',
    message: 'invalid condition: "{condition}"',
  },
  'api.no-stream-chosen': {
    kind: 'invalid-argument',
    message: 'Bad parameters: you must choose at least one stream',
  },
  'api.stream-with-one-shot': {
    kind: 'invalid-argument',
    message: 'cannot have stream=true and one-shot=true',
  },
  'api.no-exec-command': { kind: 'invalid-argument', message: 'No exec command specified' },
  'api.invalid-source-url': {
    kind: 'invalid-argument',
    message: 'fromSrc "{url}" is no HTTP or HTTPS URL',
  },
  'api.no-image-source': {
    kind: 'invalid-argument',
    message: 'one of the query parameters fromImage and fromSrc is required',
  },
  'api.unknown-object-type': { kind: 'invalid-argument', message: 'unknown object type: {type}' },
  'api.since-after-until': {
    kind: 'invalid-argument',
    message: '`since` time ({since}) cannot be after `until` time ({until})',
  },
  'api.not-swarm-manager': {
    kind: 'unavailable',
    message:
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  },
  'api.not-in-swarm': { kind: 'unavailable', message: 'This node is not part of a swarm' },
  'api.plugin-not-found': { kind: 'not-found', message: 'plugin "{name}" not found' },
  'api.events-overrun': {
    kind: 'resource-exhausted',
    message: 'the reader of the event stream is more than {limit} events behind',
    hint: 'Read faster or filter; go on with the since parameter set to the last event that was read.',
  },
  'api.web-socket': {
    kind: 'invalid-argument',
    message: 'not a WebSocket handshake: {reason}',
  },
  'api.foreign-origin': {
    kind: 'forbidden',
    message: 'a page of {origin} may not open a WebSocket to this daemon',
  },
  'api.malformed-chunk': {
    kind: 'invalid-argument',
    message: 'malformed chunked request body: {reason}',
  },
  'api.body-cut-off': {
    kind: 'invalid-argument',
    message: 'the connection ended {missing} bytes before the end of the request body',
  },
} as const satisfies ErrorTable;
