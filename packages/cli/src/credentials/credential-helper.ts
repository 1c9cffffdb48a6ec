import { spawnSync } from 'node:child_process';
import { engineError } from '@berth/errors';
import type { RegistryLogin } from './registry-login.ts';

/** The user name under which helpers keep an identity token (docker-credential-helpers). */
const tokenUser = '<token>';
const notFound = /credentials not found in native keychain/i;

/** The login that the program `docker-credential-NAME` keeps for a server, or undefined. */
export function loginFromHelper(name: string, server: string): RegistryLogin | undefined {
  const output = runHelper(name, 'get', server);
  if (output === undefined) return undefined;
  const found = parseAnswer(output);
  if (found === undefined) {
    const reason = `docker-credential-${name} did not answer with a login`;
    throw engineError('client.credentials', { doing: doing.get, reason, output: '' });
  }
  const secret = found.Secret ?? '';
  return found.Username === tokenUser
    ? { identitytoken: secret, serveraddress: server }
    : { username: found.Username ?? '', password: secret, serveraddress: server };
}

/** Undefined for what is no login. What the parser says of it may hold the secret and is told nobody. */
function parseAnswer(output: string): { Username?: string; Secret?: string } | undefined {
  try {
    const value: unknown = JSON.parse(output);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Gives a login to the helper. Fails with client.credentials. */
export function storeInHelper(name: string, server: string, login: RegistryLogin): void {
  const { username = '', password = '', identitytoken } = login;
  const stored = identitytoken
    ? { ServerURL: server, Username: tokenUser, Secret: identitytoken }
    : { ServerURL: server, Username: username, Secret: password };
  runHelper(name, 'store', JSON.stringify(stored));
}

export function eraseFromHelper(name: string, server: string): void {
  runHelper(name, 'erase', server);
}

const doing = { get: 'getting', store: 'storing', erase: 'erasing' };

/** What the helper printed; undefined when it says that it knows nothing of the server. */
function runHelper(
  name: string,
  action: 'get' | 'store' | 'erase',
  input: string,
): string | undefined {
  const program = `docker-credential-${name}`;
  const run = spawnSync(program, [action], { input, encoding: 'utf8' });
  const output = `${run.stdout ?? ''}`.trim();
  if (run.error === undefined && run.status === 0) return output;
  if (notFound.test(output)) return undefined;
  const missing = (run.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  const reason = missing
    ? `exec: "${program}": executable file not found in $PATH`
    : (run.error?.message ?? `exit status ${run.status}`);
  throw engineError('client.credentials', { doing: doing[action], reason, output });
}
