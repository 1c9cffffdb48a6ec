import { engineError } from '@berth/errors';
import type { RegistryAuth } from './registry-auth.ts';

/** Larger headers than Node lets through. */
const limit = 64 * 1024;

/**
 * Reads a header `X-Registry-Auth`: JSON in base64, URL-safe (RFC 4648 §5) or not, padded or not. Absent and empty mean
 * anonymous. Fails with registry.invalid-auth-header; the text itself is a secret and not in the error.
 */
export function decodeRegistryAuth(
  value: string | undefined,
  header = 'X-Registry-Auth',
): RegistryAuth {
  const object = decodeHeader(value, header);
  return object === undefined ? {} : registryAuthOf(object);
}

/** Reads `X-Registry-Config`: logins by server address, for builds. */
export function decodeRegistryConfig(
  value: string | undefined,
): Readonly<Record<string, RegistryAuth>> {
  const object = decodeHeader(value, 'X-Registry-Config') ?? {};
  const entries = Object.entries(object).flatMap(([server, login]) =>
    typeof login === 'object' && login !== null
      ? [[server, registryAuthOf(login as Record<string, unknown>)] as const]
      : [],
  );
  return Object.fromEntries(entries);
}

/** The fields of a login as the API names them. Empty texts are left out. */
export function registryAuthOf(fields: Readonly<Record<string, unknown>>): RegistryAuth {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  const login = splitAuth(text('auth'));
  const found = {
    username: text('username') || login.username,
    password: text('password') || login.password,
    identityToken: text('identitytoken'),
    registryToken: text('registrytoken'),
    serverAddress: text('serveraddress'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, item]) => item !== ''));
}

/** The old field `auth` is `user:password` in base64. */
function splitAuth(auth: string): { readonly username: string; readonly password: string } {
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  if (colon < 0) return { username: '', password: '' };
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decodeHeader(
  value: string | undefined,
  header: string,
): Record<string, unknown> | undefined {
  if (value === undefined || value === '') return undefined;
  if (value.length > limit || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    throw engineError('registry.invalid-auth-header', { header, reason: 'it is not base64' });
  }
  let object: unknown;
  try {
    // Node reads both alphabets, with and without padding.
    object = JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
  } catch {
    throw engineError('registry.invalid-auth-header', { header, reason: 'it is not JSON' });
  }
  if (object === null) return undefined;
  if (typeof object !== 'object' || Array.isArray(object)) {
    throw engineError('registry.invalid-auth-header', { header, reason: 'it is not an object' });
  }
  return object as Record<string, unknown>;
}
