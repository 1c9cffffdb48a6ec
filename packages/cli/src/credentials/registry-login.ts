/** A login as the Engine API carries it. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
  readonly serveraddress?: string;
}

/** The name under which the login of the default registry is kept. */
export const defaultServer = 'https://index.docker.io/v1/';

/** `https://host:5000/v1/` → `host:5000`. */
export function serverHost(server: string): string {
  return server.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}
