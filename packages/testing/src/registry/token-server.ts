import { createPrivateKey, type KeyObject, randomUUID, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { forwardPort } from './forward-port.ts';
import { TestAuthority } from './test-certificates.ts';

export interface TokenServerOptions {
  /** Users and passwords. */
  readonly users: Readonly<Record<string, string>>;
  /** Actions granted on a repository; default everything to users, `pull` to nobody. */
  readonly grant?: (user: string | undefined, repository: string) => readonly string[];
  /** Answers POST (OAuth2) as well; default true. Without it 404. */
  readonly oauth2?: boolean;
  /** Lifetime of tokens in seconds; default 300. */
  readonly expiresIn?: number;
}

export interface TokenRequest {
  readonly method: string;
  readonly user: string | undefined;
  readonly scopes: readonly string[];
  readonly parameters: URLSearchParams;
}

const service = 'test-registry';
const issuer = 'test-issuer';

/** A token server as distribution's authentication documents describe it: GET /token and OAuth2 by POST. */
export class TokenServer implements AsyncDisposable {
  readonly requests: TokenRequest[] = [];
  readonly #options: TokenServerOptions;
  readonly #authority: TestAuthority;
  readonly #key: KeyObject;
  readonly #certificate: string;
  readonly #server: Server;
  readonly #refreshTokens = new Map<string, string>();
  readonly #forwards: AsyncDisposable[] = [];

  private constructor(
    options: TokenServerOptions,
    authority: TestAuthority,
    key: string,
    cert: string,
  ) {
    this.#options = options;
    this.#authority = authority;
    this.#key = createPrivateKey(readFileSync(key));
    this.#certificate = cert;
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    });
  }

  static async start(options: TokenServerOptions): Promise<TokenServer> {
    const authority = await TestAuthority.create('Token Server');
    const { key, cert } = await authority.issue();
    const server = new TokenServer(options, authority, key, cert);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** The `auth` section for docker-registry. */
  registryConfiguration(): object {
    const realm = `http://127.0.0.1:${this.port}/token`;
    return { token: { realm, service, issuer, rootcertbundle: this.#authority.ca } };
  }

  async exposeTo(pid: number): Promise<void> {
    this.#forwards.push(await forwardPort(pid, this.port));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const forward of this.#forwards) await forward[Symbol.asyncDispose]();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#authority[Symbol.dispose]();
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const posted = request.method === 'POST';
    const url = new URL(request.url ?? '/', 'http://token');
    const parameters = posted ? new URLSearchParams(await readText(request)) : url.searchParams;
    if (posted && this.#options.oauth2 === false) return { status: 404, body: {} };
    const login = posted ? this.#posted(parameters) : this.#basic(request.headers.authorization);
    const scopes = parameters.getAll('scope').flatMap((scope) => scope.split(' '));
    const { user } = login;
    this.requests.push({ method: request.method ?? '', user, scopes, parameters });
    if (!login.valid) {
      const errors = [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }];
      return { status: 401, body: { errors } };
    }
    const token = this.#token(user, scopes);
    const offline =
      parameters.get('offline_token') === 'true' || parameters.get('access_type') === 'offline';
    return {
      status: 200,
      body: {
        token,
        access_token: token,
        expires_in: this.#options.expiresIn ?? 300,
        ...(offline && user !== undefined ? { refresh_token: this.#refreshToken(user) } : {}),
      },
    };
  }

  #basic(header: string | undefined): { valid: boolean; user: string | undefined } {
    if (header === undefined) return { valid: true, user: undefined };
    const [user = '', password = ''] = Buffer.from(header.replace(/^Basic /, ''), 'base64')
      .toString()
      .split(/:(.*)/s);
    return { valid: this.#options.users[user] === password, user };
  }

  #posted(parameters: URLSearchParams): { valid: boolean; user: string | undefined } {
    if (parameters.get('grant_type') === 'refresh_token') {
      const user = this.#refreshTokens.get(parameters.get('refresh_token') ?? '');
      return { valid: user !== undefined, user };
    }
    const user = parameters.get('username') ?? '';
    return { valid: this.#options.users[user] === parameters.get('password'), user };
  }

  #refreshToken(user: string): string {
    const token = randomUUID();
    this.#refreshTokens.set(token, user);
    return token;
  }

  #token(user: string | undefined, scopes: readonly string[]): string {
    const { grant = (who) => (who === undefined ? ['pull'] : ['pull', 'push', 'delete', '*']) } =
      this.#options;
    const access = scopes.flatMap((scope) => {
      const [type = '', name = '', actions = ''] = splitScope(scope);
      const wanted = actions.split(',');
      const granted = grant(user, name).filter((action) => wanted.includes(action));
      return granted.length > 0 ? [{ type, name, actions: granted }] : [];
    });
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: issuer, sub: user ?? '', aud: service, jti: randomUUID(), access },
      ...{ iat: now, nbf: now - 60, exp: now + (this.#options.expiresIn ?? 300) },
    };
    const leaf = new X509Certificate(readFileSync(this.#certificate)).raw.toString('base64');
    const header = { typ: 'JWT', alg: 'ES256', x5c: [leaf] };
    const text = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(text), {
      key: this.#key,
      dsaEncoding: 'ieee-p1363',
    });
    return `${text}.${signature.toString('base64url')}`;
  }
}

/** `repository:host:5000/name:pull,push` → type, name, actions: the name may hold colons. */
function splitScope(scope: string): string[] {
  const first = scope.indexOf(':');
  const last = scope.lastIndexOf(':');
  return [scope.slice(0, first), scope.slice(first + 1, last), scope.slice(last + 1)];
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
