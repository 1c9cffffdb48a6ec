import type { ClientConfig, Endpoint, EngineClient } from '@berth/engine-client';
import type { Terminal } from './terminal/terminal.ts';

/** What every command gets: the daemon, the terminal and the user's configuration. */
export interface CliContext {
  /** The daemon to talk to; made on first use. */
  readonly engine: EngineClient;
  readonly endpoint: Endpoint;
  readonly config: ClientConfig;
  /** The folder of the user's configuration. */
  readonly configFolder: string;
  /** The context in use, whether it exists or not; `default` for none. */
  readonly contextName: string;
  /** Whether details of failures are asked for: `-D`, or DEBUG in the environment. */
  readonly debug: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
}
