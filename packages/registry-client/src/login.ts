import { engineError, isEngineError } from '@berth/errors';
import { AnswerFailure } from './answer-failure.ts';
import { discardBody } from './read-body.ts';
import type { RegistryAuth } from './registry-auth.ts';
import type { CallOptions, LoginResult } from './registry-client.ts';
import type { RegistryContext } from './registry-context.ts';
import { generalFailure } from './registry-failure.ts';
import { hostOfServerAddress } from './registry-host.ts';

/** See `RegistryClient.login`. */
export async function login(
  registry: RegistryContext,
  auth: RegistryAuth,
  { signal }: CallOptions = {},
): Promise<LoginResult> {
  const host = hostOfServerAddress(auth.serverAddress ?? '');
  let identityToken = auth.identityToken ?? '';
  const onIdentityToken = (token: string): void => {
    if (token !== '') identityToken = token;
  };
  try {
    const endpoint = await registry.ownEndpoint(host);
    const access = { auth, scopes: [], onIdentityToken };
    discardBody(await registry.send(endpoint, { method: 'GET', target: '', access, signal }));
    return { status: 'Login Succeeded', identityToken };
  } catch (error) {
    throw loginFailure(error);
  }
}

/** Docker's texts; wrong credentials are of kind unauthorized here. */
function loginFailure(error: unknown): unknown {
  if (error instanceof AnswerFailure && error.status >= 400 && error.status < 500) {
    const url = `${error.url.origin}${error.url.pathname}`;
    return engineError(
      'registry.login-failed',
      { url, status: error.statusText },
      { cause: error },
    );
  }
  if (isEngineError(error, 'registry.unauthorized')) {
    return engineError('registry.login-refused', { reason: error.message }, { cause: error });
  }
  return generalFailure(error);
}
