/**
 * A user's login at one registry, as the header X-Registry-Auth and the body of POST /auth carry it. All
 * fields are optional; none set means anonymous.
 */
export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  /** An OAuth2 refresh token that stands for user name and password. */
  readonly identityToken?: string;
  /** A bearer token that is sent as it is. */
  readonly registryToken?: string;
  readonly serverAddress?: string;
}
