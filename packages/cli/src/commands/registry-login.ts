import type { AuthResponse } from '@berth/engine-api';
import { isEngineError } from '@berth/errors';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { findLogin, storeLogin } from '../credentials/credential-store.ts';
import { defaultServer, type RegistryLogin, serverHost } from '../credentials/registry-login.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { askLine, askSecret } from '../terminal/ask.ts';
import { CommandError } from '../usage-error.ts';

/** `berth login` */
export async function login(context: CliContext, { flags, args }: Invocation): Promise<number> {
  const server = loginServer(args[0]);
  const given = await givenLogin(context, flags);
  const answer =
    (await loginWithStored(context, server, given)) ??
    (await loginWith(context, server, await completeLogin(context, server, given)));
  if (answer !== '') context.terminal.print(answer);
  return 0;
}

interface GivenLogin {
  readonly username: string;
  readonly password: string;
}

/** `docker.io` means the default registry; its login is kept under an old address. */
function loginServer(given = ''): string {
  return given === '' || given === 'docker.io' ? defaultServer : given;
}

async function givenLogin({ terminal }: CliContext, flags: ParsedFlags): Promise<GivenLogin> {
  const username = flags.string('username');
  const fromInput = flags.boolean('password-stdin');
  if (flags.has('password') && fromInput) {
    throw new CommandError(
      'conflicting options: cannot specify both --password and --password-stdin',
    );
  }
  if (flags.has('password')) {
    if (flags.string('password') === '') throw new CommandError('password is empty');
    terminal.warn('WARNING! Using --password via the CLI is insecure. Use --password-stdin.');
    return { username, password: flags.string('password') };
  }
  if (!fromInput) return { username, password: '' };
  if (username === '') {
    throw new CommandError('the --password-stdin option requires --username to be set');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of terminal.input) chunks.push(chunk as Buffer);
  const password = Buffer.concat(chunks).toString('utf8').replace(/\n$/, '').replace(/\r$/, '');
  if (password === '') throw new CommandError('password is empty');
  return { username, password };
}

/** Uses the login that is kept, when the user names no other. Undefined when there is none that works. */
async function loginWithStored(
  context: CliContext,
  server: string,
  { username, password }: GivenLogin,
): Promise<string | undefined> {
  if (username !== '' || password !== '') return undefined;
  const stored = findLogin(context.config, server);
  if (!stored?.username || !stored.password) return undefined;
  const { terminal } = context;
  terminal.warn(`Authenticating with existing credentials... [Username: ${stored.username}]`);
  terminal.warn(
    `\n Info -> To login with a different account, run 'berth logout' followed by 'berth login'\n\n`,
  );
  try {
    return (await checkLogin(context, server, stored)).Status;
  } catch (error) {
    if (isEngineError(error, 'client.credentials')) throw error;
    const reason = (error as Error).message;
    const refused = (error as { status?: number }).status === 401;
    terminal.warn(
      refused ? 'Stored credentials invalid or expired' : `Login did not succeed, error: ${reason}`,
    );
    return undefined;
  }
}

/** Asks for what is missing. */
async function completeLogin(
  { terminal, config }: CliContext,
  server: string,
  given: GivenLogin,
): Promise<RegistryLogin> {
  if (given.password !== '' && given.username !== '') return given;
  if (!terminal.inputIsTerminal) {
    throw new CommandError('Error: Cannot perform an interactive login from a non TTY device');
  }
  if (server === defaultServer && given.username === '') {
    terminal.print(
      'Log in with your Docker ID or email address and a password or personal access token (PAT).\n' +
        'The web-based login of Docker Desktop is not available here. Tokens: https://docs.docker.com/go/access-tokens/',
    );
  }
  const username = given.username || (await askUsername(terminal, findLogin(config, server)));
  const password = given.password || (await askSecret(terminal, 'Password: '));
  if (password === '') throw new CommandError('Error: Password Required');
  return { username, password };
}

async function askUsername(
  terminal: CliContext['terminal'],
  stored: RegistryLogin | undefined,
): Promise<string> {
  const known = stored?.username ?? '';
  const question = known === '' ? 'Username: ' : `Username (${known}): `;
  const answer = (await askLine(terminal, question))?.trim() || known;
  if (answer === '') throw new CommandError('Error: Non-null Username Required');
  return answer;
}

/** Lets the daemon check the login and keeps it. Gives what the user is told. */
async function loginWith(
  context: CliContext,
  server: string,
  { username = '', password = '' }: RegistryLogin,
): Promise<string> {
  const { config, configFolder, terminal } = context;
  const name = keptName(server);
  const answer = await checkLogin(context, server, { username, password });
  const identitytoken = answer.IdentityToken ?? '';
  const kept = identitytoken === '' ? { username, password } : { username, identitytoken };
  try {
    if (storeLogin(config, configFolder, name, kept).unencrypted) {
      terminal.warn(
        `\nWARNING! Your credentials are stored unencrypted in '${configFolder}/config.json'.\n` +
          'Configure a credential helper to remove this warning. See\n' +
          'https://docs.docker.com/go/credential-store/\n',
      );
    }
  } catch (error) {
    throw new CommandError(`Error saving credentials: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return answer.Status;
}

function checkLogin(
  { engine }: CliContext,
  server: string,
  { username = '', password = '' }: RegistryLogin,
): Promise<AuthResponse> {
  return engine.system.auth({ username, password, serveraddress: keptName(server) });
}

/** The name that a login is kept under. */
function keptName(server: string): string {
  return server === defaultServer ? server : serverHost(server);
}
