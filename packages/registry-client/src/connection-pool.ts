import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext, type PeerCertificate } from 'node:tls';
import { checkHostName } from './check-host-name.ts';
import { readSystemAuthorities } from './system-authorities.ts';
import { type Trust, trustKey } from './trust.ts';

/** More different ways to connect than any installation has at a time. */
const poolLimit = 64;
const idleConnectionMilliseconds = 20_000;

/** Keeps connections open between requests, apart for each trust and proxy. */
export class ConnectionPool implements Disposable {
  readonly #agents = new Map<string, HttpAgent>();

  #system: Promise<string> | undefined;

  async agent(url: URL, trust: Trust, proxy: string | undefined): Promise<HttpAgent> {
    const secure = url.protocol === 'https:';
    const key = `${secure ? trustKey(trust) : 'plain'} ${proxy ?? ''}`;
    const verifies = secure && !trust.insecure;
    // Read once: an authority that is added for the whole system counts after a restart, as with Go.
    if (verifies) this.#system ??= readSystemAuthorities(process.env);
    const system = verifies ? ((await this.#system) ?? '') : '';
    const known = this.#agents.get(key);
    if (known !== undefined) {
      this.#agents.delete(key);
      this.#agents.set(key, known);
      return known;
    }
    const made = secure ? secureAgent(trust, proxy, system) : new HttpAgent(common(proxy));
    this.#agents.set(key, made);
    this.#dropOldest();
    return made;
  }

  [Symbol.dispose](): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  /** Requests that run keep their connections; only idle ones end. */
  #dropOldest(): void {
    if (this.#agents.size <= poolLimit) return;
    const [key, agent] = this.#agents.entries().next().value ?? [];
    if (key === undefined) return;
    this.#agents.delete(key);
    for (const sockets of Object.values(agent?.freeSockets ?? {})) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }
}

function common(proxy: string | undefined) {
  const proxyEnv = proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  return {
    keepAlive: true,
    // Idle connections end before most servers end theirs.
    timeout: idleConnectionMilliseconds,
    ...(proxy === undefined ? {} : { proxyEnv }),
  };
}

function secureAgent(trust: Trust, proxy: string | undefined, system: string): HttpsAgent {
  const { insecure, authorities, client } = trust;
  return new HttpsAgent({
    ...common(proxy),
    rejectUnauthorized: !insecure,
    minVersion: 'TLSv1.2',
    ...(insecure
      ? {
          checkServerIdentity: () => undefined,
          // After a resumed handshake there is no certificate to explain a refusal with.
          maxCachedSessions: 0,
        }
      : {
          checkServerIdentity: (host: string, cert: PeerCertificate) => checkHostName(host, cert),
        }),
    secureContext: createSecureContext({
      ...(insecure ? {} : { ca: [system, ...authorities] }),
      ...(client === undefined ? {} : { cert: client.cert, key: client.key }),
      minVersion: 'TLSv1.2',
    }),
  });
}
