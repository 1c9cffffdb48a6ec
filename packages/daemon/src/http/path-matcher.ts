import { type ApiRoute, apiVersion, type OperationId, routes } from '@berth/engine-api';
import { engineError } from '@berth/errors';

export interface MatchedPath {
  readonly route: ApiRoute<OperationId>;
  /** The version of the path, or the newest for a path without one. */
  readonly version: string;
  /** Decoded value of the path's parameter, empty for a path without one. */
  readonly parameter: string;
}

interface ParameterRoute {
  readonly route: ApiRoute<OperationId>;
  readonly prefix: string;
  readonly suffix: string;
}

interface MethodRoutes {
  readonly exact: Map<string, ApiRoute<OperationId>>;
  /** Longest suffix first, so that `/attach/ws` wins over `/attach`. */
  readonly withParameter: ParameterRoute[];
}

const routesByMethod = indexRoutes();

/**
 * Finds the operation of a request path (without query). A parameter takes everything between the fixed
 * parts, slashes too, because image names contain them. Doubled slashes count as one. Undefined when no
 * route takes the path; api.invalid-path for broken percent-encoding.
 */
export function matchPath(method: string, rawPath: string): MatchedPath | undefined {
  const [, version = apiVersion, rest = ''] = /^\/v([0-9][0-9.]*)(\/.*)$/.exec(rawPath) ?? [
    '',
    undefined,
    rawPath,
  ];
  const path = rest.replace(/\/{2,}/g, '/');
  const candidates = routesByMethod.get(method);
  if (candidates === undefined) return undefined;
  const exact = candidates.exact.get(path.length > 1 ? path.replace(/\/$/, '') : path);
  if (exact !== undefined) return { route: exact, version, parameter: '' };
  for (const { route, prefix, suffix } of candidates.withParameter) {
    const fixed = prefix.length + suffix.length;
    if (path.length > fixed && path.startsWith(prefix) && path.endsWith(suffix)) {
      const text = path.slice(prefix.length, path.length - suffix.length);
      return { route, version, parameter: decodePath(text) };
    }
  }
  return undefined;
}

function indexRoutes(): Map<string, MethodRoutes> {
  const index = new Map<string, MethodRoutes>();
  for (const route of routes) {
    const entry: MethodRoutes = index.get(route.method) ?? { exact: new Map(), withParameter: [] };
    index.set(route.method, entry);
    const parts = /^([^{]*)\{\w+\}([^{]*)$/.exec(route.path);
    if (parts === null) entry.exact.set(route.path, route);
    else entry.withParameter.push({ route, prefix: parts[1] ?? '', suffix: parts[2] ?? '' });
  }
  for (const { withParameter } of index.values()) {
    withParameter.sort((left, right) => right.suffix.length - left.suffix.length);
  }
  return index;
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw engineError('api.invalid-path', { path: text }, { cause });
  }
}
